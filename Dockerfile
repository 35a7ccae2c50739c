# docker build -t leyden . && docker run -p 8000:8000 leyden demo
# one's own: docker run -v warehouse:/warehouse leyden init, then docker run -v … -p 8000:8000 leyden
FROM python:3.12-slim AS build
WORKDIR /source
COPY . .
RUN python -m venv /leyden \
    && /leyden/bin/pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.12-slim
# reads Arbin's .res
RUN apt-get update && apt-get install --yes --no-install-recommends mdbtools \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 leyden \
    && install --directory --owner leyden --group leyden /warehouse /warehouse-demo
COPY --from=build /leyden /leyden
USER leyden
WORKDIR /warehouse
ENV PATH=/leyden/bin:$PATH \
    LEYDEN_HOME=/warehouse \
    LEYDEN_HOST=0.0.0.0
VOLUME /warehouse
EXPOSE 8000
ENTRYPOINT ["leyden"]
CMD ["serve"]
