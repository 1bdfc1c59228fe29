package org.walarchive.core.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.LocalFileException;
import org.walarchive.WalPushResult;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ForwardingStore;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;

/** PostgreSQL takes a file for archived while a process still reads it. */
final class RecycledWhileReadTest {

    private static final String NAME = "000000010000000000000001";

    @TempDir
    Path wal;

    private final ArchiveFixture fixture = new ArchiveFixture();

    private WalPushResult push(Path file, Runnable meanwhile) throws Exception {
        BlobStore store = new Interrupted(fixture.memory(), meanwhile);
        return new WalPush(fixture.archive(fixture.config("lzo"), store)).push(file);
    }

    private static SegmentBuilder segment() {
        return SegmentBuilder.segment(NAME).noise(1_000_000);
    }

    private static void overwrite(Path file) {
        try (RandomAccessFile recycled = new RandomAccessFile(file.toFile(), "rw")) {
            recycled.seek(900_000);
            recycled.write(new byte[50_000]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void recycle(Path file) {
        try {
            overwrite(Files.move(file, wal.resolve("000000010000000000000009")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("a file that is recycled while it is read is not archived")
    void recycled() {
        Path file = segment().in(wal);
        assertThrows(LocalFileException.class, () -> push(file, () -> recycle(file)));
        assertEquals(List.of(), keys());
    }

    @Test
    void overwrittenInPlace() {
        Path file = segment().in(wal);
        LocalFileException e = assertThrows(LocalFileException.class, () -> push(file, () -> overwrite(file)));
        assertTrue(e.detail().orElseThrow().contains("changed or replaced"), e.detail() + "");
        assertEquals(List.of(), keys());
    }

    @Test
    void replacedByAnotherFile() {
        Path file = segment().in(wal);
        assertThrows(
                LocalFileException.class,
                () -> push(file, () -> {
                    recycle(file);
                    segment().seed(2).in(wal);
                }));
        assertEquals(List.of(), keys());
    }

    @Test
    void attributesMayChange() throws Exception {
        Path file = segment().in(wal);
        push(file, () -> {
            try {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
                Files.createLink(wal.resolve("link"), file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertArrayEquals(
                segment().bytes(), SegmentBuilder.decompress("lzo", fixture.bytes("wal_005/" + NAME + ".lzo")));
    }

    private List<String> keys() {
        try {
            return fixture.keys("wal_005/");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets something happen after a part of what is put was read. */
    private static final class Interrupted extends ForwardingStore {

        private final Runnable meanwhile;

        Interrupted(BlobStore store, Runnable meanwhile) {
            super(store);
            this.meanwhile = meanwhile;
        }

        @Override
        public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
            return super.put(key, key.startsWith("wal_005/") ? halting(source) : source, mode);
        }

        private BlobSource halting(BlobSource source) {
            return new BlobSource() {
                @Override
                public InputStream open() throws IOException {
                    InputStream stream = source.open();
                    byte[] first = stream.readNBytes(100);
                    meanwhile.run();
                    return new SequenceInputStream(new ByteArrayInputStream(first), stream);
                }

                @Override
                public OptionalLong sizeBytes() {
                    return source.sizeBytes();
                }
            };
        }
    }
}
