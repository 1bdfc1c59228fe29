/** The stable interface of walarchive. */
module org.walarchive.api {
    requires static transitive org.jspecify;

    exports org.walarchive;
    exports org.walarchive.agent;
    exports org.walarchive.check;
    exports org.walarchive.drill;
    exports org.walarchive.internal to
            org.walarchive.cli,
            org.walarchive.core;
    exports org.walarchive.postgres;
    exports org.walarchive.spi;
    exports org.walarchive.stability;
    exports org.walarchive.store;
    exports org.walarchive.store.support;
    exports org.walarchive.verification;

    uses org.walarchive.spi.EngineProvider;
}
