import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.StringJoiner;
import java.util.Timer;
import java.util.TimerTask;

/**
 * Reads schema bi over JDBC and prints what it is told: a fact a record, its kind first.
 *
 * <p>Arguments: URL, a query that takes long, then a table and the query for its rows, again and
 * again. Records end with the record separator of ASCII, fields are parted by its unit separator.
 */
class Reader {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            describe(connection.getMetaData(), arguments);
            for (int i = 2; i < arguments.length; i += 2) {
                try (Statement statement = connection.createStatement()) {
                    tell("row " + arguments[i], statement.executeQuery(arguments[i + 1]));
                }
            }
            inPieces(connection, arguments[3]);
            prepared(connection);
            cancelled(connection, arguments[1]);
            timedOut(connection, arguments[1]);
        }
    }

    private static void describe(DatabaseMetaData about, String[] arguments) throws SQLException {
        tell("driver", about.getDriverVersion(), System.getProperty("java.version"));
        String[] kinds = {"TABLE"};
        tell("table", about.getTables(null, "bi", "%", kinds), "TABLE_NAME", "REMARKS");
        for (int i = 2; i < arguments.length; i += 2) {
            String name = arguments[i];
            ResultSet columns = about.getColumns(null, "bi", name, "%");
            tell("column " + name, columns, "COLUMN_NAME", "TYPE_NAME", "REMARKS");
            tell("primary " + name, about.getPrimaryKeys(null, "bi", name), "KEY_SEQ", "COLUMN_NAME");
            ResultSet imported = about.getImportedKeys(null, "bi", name);
            tell("imported " + name, imported, "FKCOLUMN_NAME", "PKTABLE_NAME", "PKCOLUMN_NAME");
        }
    }

    private static void inPieces(Connection connection, String query) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(3);
            tell("piece", statement.executeQuery(query));
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    private static void prepared(Connection connection) throws SQLException {
        String query =
            "SELECT discharge_capacity_ah FROM bi.discharge_capacity WHERE test_id = ? AND cycle_count = ?";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (long cycle = 1; cycle <= 5; cycle++) {
                for (long test = 1; test <= 2; test++) {
                    statement.setLong(1, test);
                    statement.setLong(2, cycle);
                    try (ResultSet rows = statement.executeQuery()) {
                        while (rows.next()) { // told exactly, in base 16
                            tell("prepared", test, cycle, Double.toHexString(rows.getDouble(1)));
                        }
                    }
                }
            }
        }
    }

    private static void cancelled(Connection connection, String query) throws SQLException {
        Timer timer = new Timer(true);
        try (Statement statement = connection.createStatement()) {
            timer.schedule(new TimerTask() {
                @Override public void run() {
                    try {
                        statement.cancel();
                    } catch (SQLException fault) {
                        tell("fault", fault.getMessage());
                    }
                }
            }, 500, 500); // the server forgets a request that comes before the query
            ended("cancelled", statement, query);
            timer.cancel();
        }
    }

    private static void timedOut(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            ended("timed out", statement, query);
        }
    }

    private static void ended(String kind, Statement statement, String query) throws SQLException {
        long began = System.nanoTime();
        try {
            statement.executeQuery(query);
        } catch (SQLException fault) {
            tell(kind, fault.getSQLState(), (System.nanoTime() - began) / 1e9);
        }
        tell(kind + " cells", statement.executeQuery("SELECT count(*) FROM bi.cell"));
    }

    private static void tell(String kind, ResultSet rows, String... names) throws SQLException {
        while (rows.next()) {
            int width = names.length > 0 ? names.length : rows.getMetaData().getColumnCount();
            Object[] fields = new Object[width];
            for (int i = 0; i < width; i++) {
                fields[i] = names.length > 0 ? rows.getObject(names[i]) : rows.getObject(i + 1);
            }
            tell(kind, fields);
        }
    }

    private static void tell(String kind, Object... fields) {
        StringJoiner record = new StringJoiner("\u001f", "", "\u001e");
        record.add(kind);
        for (Object field : fields) {
            record.add(String.valueOf(field));
        }
        OUT.print(record);
    }
}
