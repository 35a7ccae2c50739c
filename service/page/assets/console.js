"use strict";
// GraphiQL on our own endpoint; what is asked stands in the address, so a link carries the query.
(() => {
  const address = new URL(location), given = address.searchParams;
  const keep = (name) => (text) => {
    if (text) given.set(name, text); else given.delete(name);
    history.replaceState(null, "", address);
  };
  const start = `# What is there to ask for? Press the book at the left, or Ctrl-Space here.
{
  tests(first: 10) {
    nodes { id name technique pointCount cell { name } }
    totalCount
  }
  metrics { name title grain }
}
`;
  const console_ = React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: "/graphql" }),
    query: given.get("query") ?? undefined,
    variables: given.get("variables") ?? undefined,
    defaultQuery: start,
    onEditQuery: keep("query"),
    onEditVariables: keep("variables"),
  });
  ReactDOM.createRoot(document.getElementById("console")).render(console_);
})();
