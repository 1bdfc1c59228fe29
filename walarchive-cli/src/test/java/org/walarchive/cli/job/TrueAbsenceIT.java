package org.walarchive.cli.job;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.walarchive.cli.job.FailingRecovery.Way;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.store.tck.NetworkFault;
import org.walarchive.store.tck.NetworkFault.Ending;
import org.walarchive.store.tck.ProxiedRequest;

/** Recoveries whose store fails on the way: none of that may look like the end of WAL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TrueAbsenceIT {

    private static final String PAGE =
            "<html><head><title>Sorry</title></head><body><h1>We will be back soon</h1></body></html>\n";
    private static final String DENIED = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>1</RequestId></Error>";

    private final S3ProxyProcess service = new S3ProxyProcess();
    private final Map<PostgresVersion, FailingArchive> archives = new EnumMap<>(PostgresVersion.class);

    /** What can be wrong with a store that once had the file. */
    private enum Fault {
        REFUSES_CONNECTIONS {
            @Override
            void begin(FailingArchive archive, String name) {
                archive.downFrom(about(name));
            }
        },
        DENIES {
            @Override
            void begin(FailingArchive archive, String name) {
                archive.failFrom(about(name), answer(403, DENIED));
            }
        },
        STALLS {
            @Override
            void begin(FailingArchive archive, String name) {
                archive.failFrom(about(name), new NetworkFault.Stall());
            }
        },
        BREAKS_OFF {
            @Override
            void begin(FailingArchive archive, String name) {
                archive.failFrom(about(name), new NetworkFault.CutReplyBody(20, Ending.CLOSE));
            }
        },
        IS_A_WEB_PAGE {
            @Override
            void begin(FailingArchive archive, String name) {
                archive.failFrom(about(name), answer(200, PAGE));
            }
        },
        IS_A_WEB_PAGE_ABOUT_ABSENCE {
            @Override
            void begin(FailingArchive archive, String name) {
                archive.failFrom(about(name), answer(404, PAGE));
            }
        },
        HAS_HALF_THE_OBJECT {
            @Override
            void begin(FailingArchive archive, String name) {
                byte[] object = archive.object(name);
                archive.replace(name, Arrays.copyOf(object, object.length / 2));
            }
        },
        HAS_OTHER_BYTES {
            @Override
            void begin(FailingArchive archive, String name) {
                byte[] noise = new byte[archive.object(name).length];
                new Random(1).nextBytes(noise);
                archive.replace(name, noise);
            }
        },
        HAS_ZEROS {
            @Override
            void begin(FailingArchive archive, String name) {
                archive.replace(name, FailingArchive.compressed(new byte[archive.segmentBytes()]));
            }
        },
        HAS_ANOTHER_SEGMENT {
            @Override
            void begin(FailingArchive archive, String name) {
                archive.replace(name, archive.object(archive.segment(2)));
            }
        };

        /** Makes it fail when a file is asked for. */
        abstract void begin(FailingArchive archive, String name);
    }

    private static NetworkFault answer(int status, String body) {
        return new NetworkFault.Answer(status, Map.of("Content-Type", "text/html"), body);
    }

    private static Predicate<ProxiedRequest> about(String name) {
        return request -> request.target().contains(name);
    }

    @AfterAll
    void close() throws IOException {
        for (FailingArchive archive : archives.values()) {
            archive.close();
        }
        service.close();
    }

    /** Each takes a minute: those that the oldest Java has not are left to the others. */
    private static List<PostgresVersion> versions() {
        return Runtime.version().feature() == 17
                ? List.of(PostgresVersion.V10, PostgresVersion.V18)
                : List.of(PostgresVersion.V15);
    }

    private FailingArchive archive(PostgresVersion version) throws IOException {
        FailingArchive archive = archives.get(version);
        if (archive == null) {
            archive = new FailingArchive(version, service.server());
            archives.put(version, archive);
        }
        return archive;
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @MethodSource("versions")
    @DisplayName(
            "a store that fails in the middle stops recovery and does not end it; when it is mended, all rows come")
    void segment(PostgresVersion version) throws IOException {
        FailingArchive archive = archive(version);
        try (FailingRecovery recovery = FailingRecovery.ofFirstTimeline(archive, Way.COMMAND)) {
            stops(
                    recovery,
                    archive,
                    archive.segment(1),
                    Fault.REFUSES_CONNECTIONS,
                    Fault.DENIES,
                    Fault.STALLS,
                    Fault.IS_A_WEB_PAGE,
                    Fault.HAS_ZEROS);
            recovery.requireAllRows();
        }
    }

    @Test
    @DisplayName("nor does it where segments are prefetched")
    void prefetched() throws IOException {
        FailingArchive archive = archive(PostgresVersion.V15);
        try (FailingRecovery recovery = FailingRecovery.ofFirstTimeline(archive, Way.PREFETCH)) {
            stops(recovery, archive, archive.segment(1), Fault.HAS_ANOTHER_SEGMENT);
            recovery.requireAllRows();
        }
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @MethodSource("versions")
    @DisplayName("nor does it where an agent fetches, whatever the fault, and if it is with a history file only")
    void byAgent(PostgresVersion version) throws IOException {
        FailingArchive archive = archive(version);
        try (FailingRecovery recovery = FailingRecovery.ofLatestTimeline(archive, Way.AGENT)) {
            if (version == PostgresVersion.V15) {
                stops(recovery, archive, FailingArchive.HISTORY, Fault.values());
            }
            stops(recovery, archive, archive.segment(1), Fault.values());
            recovery.requireAllRows();
        }
    }

    private static void stops(FailingRecovery recovery, FailingArchive archive, String file, Fault... faults) {
        for (Fault fault : faults) {
            try {
                fault.begin(archive, file);
                recovery.requireStop(fault.name(), file);
            } finally {
                archive.heal();
            }
        }
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @MethodSource("versions")
    @DisplayName(
            "a store that fails for history files only leads to no other timeline, at the beginning and at the end")
    void history(PostgresVersion version) throws IOException {
        FailingArchive archive = archive(version);
        try (FailingRecovery recovery = FailingRecovery.ofLatestTimeline(archive, Way.COMMAND)) {
            archive.failOnly(about(".history"), answer(404, PAGE));
            recovery.requireStop("history on a web page", FailingArchive.HISTORY);
            archive.failOnly(historyAfter(archive.segment(5)), answer(403, DENIED));
            recovery.requireStop("denied history at the end", "00000003.history");
            archive.heal();
            recovery.requireAllRows();
        } finally {
            archive.heal();
        }
    }

    /** When WAL has ended, the server asks which timeline is free. */
    private static Predicate<ProxiedRequest> historyAfter(String last) {
        AtomicBoolean ended = new AtomicBoolean();
        return request -> {
            ended.compareAndSet(false, request.target().contains(last));
            return ended.get() && request.target().contains(".history");
        };
    }
}
