package org.walarchive.core.prefetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.core.prefetch.Recovery.SIZE;
import static org.walarchive.core.prefetch.Recovery.segment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.core.spool.FileIdentity;
import org.walarchive.core.spool.SpoolLock;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;

final class PrefetchAreaTest {

    private static final WalSegmentName NAME = segment(1, 7);
    private static final WalSegmentName OTHER = segment(1, 8);

    @TempDir
    Path directory;

    private Recovery recovery;
    private PrefetchArea area;
    private Path file;
    private Path ticket;

    @BeforeEach
    void oneWaits() throws IOException {
        recovery = new Recovery(directory).archive(1, 7, 9);
        area = area("memory://m");
        area.make();
        fetch(NAME);
        file = recovery.area().resolve(NAME.toString());
        ticket = recovery.area().resolve(NAME + ".ok");
    }

    private PrefetchArea area(String address) {
        return new PrefetchArea(recovery.wal, address);
    }

    private void fetch(WalSegmentName name) {
        assertEquals(
                SegmentDownload.End.OFFERED,
                new SegmentDownload(recovery.fixture.archive(), area).run(name).end());
    }

    @Test
    void theTicketIsAsTheLauncherReadsIt() throws IOException {
        String head = HexFormat.of().formatHex(Recovery.bytes(NAME), 0, 40);
        assertEquals("memory://m\n" + FileIdentity.of(file) + "\n" + head + "\n", Files.readString(ticket));
    }

    @Test
    void handsOverWhatIsCertain() throws IOException {
        assertEquals(Optional.of(SIZE), area.look(NAME));
        assertEquals(Optional.of(SIZE), area.take(NAME, recovery.target()));
        recovery.expectTarget(NAME);
        assertEquals(List.of(), recovery.names());
        assertEquals(Optional.empty(), area.take(NAME, recovery.target()));
        recovery.expectTarget(NAME);
    }

    /** What may have happened to a file or its ticket. */
    enum Doubt {
        NO_TICKET {
            @Override
            void raise(Path file, Path ticket) throws IOException {
                Files.delete(ticket);
            }
        },
        EMPTY_TICKET {
            @Override
            void raise(Path file, Path ticket) throws IOException {
                Files.write(ticket, new byte[0]);
            }
        },
        TORN_TICKET {
            @Override
            void raise(Path file, Path ticket) throws IOException {
                byte[] bytes = Files.readAllBytes(ticket);
                Files.write(ticket, Arrays.copyOf(bytes, bytes.length - 1));
            }
        },
        LONGER_TICKET {
            @Override
            void raise(Path file, Path ticket) throws IOException {
                Files.writeString(ticket, "\n", StandardOpenOption.APPEND);
            }
        },
        SHORTENED {
            @Override
            void raise(Path file, Path ticket) throws IOException {
                try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                    channel.truncate((1 << 20) - 1);
                }
            }
        },
        WRITTEN_AGAIN {
            @Override
            void raise(Path file, Path ticket) throws IOException {
                FileTime time = Files.getLastModifiedTime(file);
                Files.write(file, Files.readAllBytes(file));
                Files.setLastModifiedTime(file, time);
            }
        },
        COPIED {
            @Override
            void raise(Path file, Path ticket) throws IOException {
                Path copy = file.resolveSibling("copy");
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
            }
        },
        ANOTHER_SEGMENT_WITH_A_TICKET_OF_ITS_OWN {
            @Override
            void raise(Path file, Path ticket) throws IOException {
                Files.write(file, Recovery.bytes(OTHER));
                byte[] head = Arrays.copyOf(Recovery.bytes(OTHER), 40);
                Files.write(
                        ticket,
                        Ticket.of("memory://m", FileIdentity.of(file).toString(), head)
                                .bytes());
            }
        },
        HEADER_THAT_WAS_NOT_WRITTEN {
            @Override
            void raise(Path file, Path ticket) throws IOException {
                byte[] head = Arrays.copyOf(Recovery.bytes(OTHER), 40);
                Files.write(
                        ticket,
                        Ticket.of("memory://m", FileIdentity.of(file).toString(), head)
                                .bytes());
            }
        },
        LINK {
            @Override
            void raise(Path file, Path ticket) throws IOException {
                Path moved = file.resolveSibling("moved");
                Files.move(file, moved);
                Files.createSymbolicLink(file, moved);
                byte[] head = Arrays.copyOf(Recovery.bytes(NAME), 40);
                Files.write(
                        ticket,
                        Ticket.of("memory://m", FileIdentity.of(file).toString(), head)
                                .bytes());
            }
        },
        DIRECTORY {
            @Override
            void raise(Path file, Path ticket) throws IOException {
                Files.delete(file);
                Files.createDirectory(file);
            }
        };

        abstract void raise(Path file, Path ticket) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Doubt.class)
    void handsOverNothingElse(Doubt doubt) throws IOException {
        doubt.raise(file, ticket);
        assertEquals(Optional.empty(), area.take(NAME, recovery.target()));
        assertFalse(Files.exists(recovery.target()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory://m2", "memory://", "memory://m AWS_REGION=x", ""})
    void handsOverNothingOfAnotherArchive(String address) {
        assertEquals(Optional.empty(), area(address).take(NAME, recovery.target()));
        assertTrue(Files.exists(file));
    }

    @Test
    void aCopiedDirectoryHasNothingToHandOver() throws IOException {
        Path clone = Files.createDirectories(directory.resolve("clone/.walarchive/prefetch"));
        Files.copy(file, clone.resolve(NAME.toString()), StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(ticket, clone.resolve(NAME + ".ok"), StandardCopyOption.COPY_ATTRIBUTES);
        PrefetchArea copied = new PrefetchArea(directory.resolve("clone"), "memory://m");
        assertEquals(Optional.empty(), copied.look(NAME));
    }

    @Test
    void aDirectoryBehindALinkIsNotOurs() throws IOException {
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        Path wal = Files.createDirectories(directory.resolve("wal2"));
        Files.createSymbolicLink(wal.resolve(".walarchive"), elsewhere);
        assertThrows(IOException.class, () -> new PrefetchArea(wal, "memory://m").make());
    }

    @Test
    void aTargetThatCannotBeReplacedStaysAndTheFileWaits() throws IOException {
        Files.createDirectories(recovery.target().resolve("full"));
        assertEquals(Optional.empty(), area.take(NAME, recovery.target()));
        assertEquals(Optional.of(SIZE), area.look(NAME));
    }

    @Test
    void servesRecoveryOnly() throws IOException {
        WalFileName name = WalFileName.of(NAME);
        assertTrue(area.serves(name, recovery.target()));
        Path own = Files.createDirectories(recovery.wal.resolve(".walarchive/x.12"))
                .resolve("RECOVERYXLOG");
        assertTrue(area.serves(name, own), "the launcher's way of asking an agent");
        Path linked =
                Files.createSymbolicLink(directory.resolve("link"), directory).resolve("pg_wal/RECOVERYXLOG");
        assertTrue(area.serves(name, linked));
        assertFalse(area.serves(name, recovery.wal.resolve(NAME.toString())));
        assertFalse(area.serves(name, directory.resolve("RECOVERYXLOG")));
        assertFalse(area.serves(WalFileName.parse("00000002.history"), recovery.target()));
        assertFalse(area.serves(WalFileName.parse(NAME + ".partial"), recovery.target()));
        assertFalse(area.serves(name, directory.resolve("nowhere/RECOVERYXLOG")));
    }

    @Test
    void oneHasTheLock() throws IOException {
        assertFalse(area.isBeingFilled());
        SpoolLock lock = area.tryLock().orElseThrow();
        assertTrue(area.isBeingFilled());
        assertTrue(area.tryLock().isEmpty());
        assertTrue(area.isBeingFilled(), "looking must not take the lock away");
        lock.close();
        assertFalse(area.isBeingFilled());
        area.tryLock().orElseThrow().close();
    }

    @Test
    void asksOnce() throws IOException {
        assertEquals(Optional.empty(), area.asked());
        area.ask(OTHER);
        assertEquals(Optional.of(OTHER), area.asked());
        assertEquals(Optional.empty(), area.asked());
        Files.writeString(recovery.area().resolve(".asked"), "nonsense", StandardCharsets.US_ASCII);
        assertEquals(Optional.empty(), area.asked());
        assertFalse(Files.exists(recovery.area().resolve(".asked")));
    }

    @Test
    void clearsEverything() throws IOException {
        area.ask(OTHER);
        Files.writeString(recovery.area().resolve(".000000010000000000000009.tmp"), "x");
        area.clear();
        area.clear();
        assertFalse(Files.exists(recovery.area()));
    }

    /** A disk that is full, as far as the store and the area can tell. */
    @Test
    void whatCannotBeWrittenIsNotOffered() throws IOException {
        ArchiveFixture fixture = recovery.fixture;
        area.clear();
        assertEquals(
                SegmentDownload.End.FAILED,
                new SegmentDownload(fixture.archive(), area).run(NAME).end());
        assertFalse(Files.exists(recovery.area()));
    }
}
