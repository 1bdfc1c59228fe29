package org.walarchive.cli.versions;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/**
 * A release, with what is chosen when a cluster is made: over all of them, each size of WAL segments with checksums and without.
 * Before 11 the size is built in.
 */
record Cluster(PostgresVersion version, int segmentMegabytes, Checksums checksums) {

    enum Checksums {
        ON,
        OFF
    }

    private static final List<Cluster> ALL = List.of(
            new Cluster(PostgresVersion.V9_5, 16, Checksums.ON),
            new Cluster(PostgresVersion.V9_6, 16, Checksums.OFF),
            new Cluster(PostgresVersion.V10, 16, Checksums.ON),
            new Cluster(PostgresVersion.V11, 64, Checksums.OFF),
            new Cluster(PostgresVersion.V12, 64, Checksums.ON),
            new Cluster(PostgresVersion.V13, 1, Checksums.OFF),
            new Cluster(PostgresVersion.V14, 16, Checksums.OFF),
            new Cluster(PostgresVersion.V15, 1, Checksums.ON),
            new Cluster(PostgresVersion.V16, 16, Checksums.ON),
            new Cluster(PostgresVersion.V17, 1024, Checksums.OFF),
            new Cluster(PostgresVersion.V18, 1024, Checksums.ON));

    /**
     * Returns those to be tried: all, or the releases that the system property {@code walarchive.versions} names.
     *
     * @param unlessTold the releases where there is no such property
     */
    static Stream<Cluster> chosen(String unlessTold) {
        String wanted = System.getProperty("walarchive.versions", unlessTold);
        Set<String> numbers = Set.of(wanted.split(","));
        return ALL.stream().filter(each -> wanted.equals("all") || numbers.contains(each.version.number()));
    }

    /** Makes the cluster, with an archiver and a place for a prepared transaction; it does not run yet. */
    PostgresServer make(String archiveCommand) {
        PostgresServer.Builder builder = PostgresServer.builder(version)
                .walSegmentMegabytes(segmentMegabytes)
                .setting("max_prepared_transactions", "4")
                .archiveCommand(archiveCommand);
        return switch (checksums) {
            case ON -> builder.dataChecksums().create();
            case OFF -> builder.noDataChecksums().create();
        };
    }

    @Override
    public String toString() {
        return "PostgreSQL " + version + ", segments of " + segmentMegabytes + " MB, checksums "
                + (checksums == Checksums.ON ? "on" : "off");
    }
}
