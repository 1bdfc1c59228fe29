package org.walarchive.core.tar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionStreamTest {

    // headers have times to 100 ns
    private static final MemberAttributes ATTRIBUTES = new MemberAttributes(
            0640, FileTime.from(Instant.parse("2020-02-03T04:05:06.789012300Z")), 26, 27, "postgres", "staff");

    @TempDir
    private Path temporary;

    private Member.DiskFile planned(String name, int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        Files.write(temporary.resolve(name), content);
        return new Member.DiskFile(name, temporary.resolve(name), size, ATTRIBUTES);
    }

    /** Reads with a reader that is not ours. */
    private static Map<String, byte[]> contents(byte[] tar) throws IOException {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                contents.put(entry.getName(), in.readAllBytes());
            }
        }
        return contents;
    }

    @Test
    void headersSayWhatWasPlanned() throws IOException {
        byte[] tar = Trees.tar(List.of(
                new Member.Directory("", ATTRIBUTES),
                new Member.Directory("base", ATTRIBUTES),
                new Member.MemoryFile("backup_label", Trees.bytes("label"), ATTRIBUTES),
                new Member.SymbolicLink("base/link", "../étage/" + "x".repeat(200), ATTRIBUTES),
                planned("é".repeat(80), 10)));

        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
            assertEquals("./", in.getNextEntry().getName());
            assertEquals("base/", in.getNextEntry().getName());
            TarArchiveEntry label = in.getNextEntry();
            assertEquals("backup_label", label.getName());
            assertEquals(5, label.getSize());
            assertEquals(0640, label.getMode());
            assertEquals(26, label.getLongUserId());
            assertEquals(27, label.getLongGroupId());
            assertEquals("postgres", label.getUserName());
            assertEquals("staff", label.getGroupName());
            assertEquals(ATTRIBUTES.modified(), label.getLastModifiedTime());
            assertEquals("label", new String(in.readAllBytes(), StandardCharsets.UTF_8));
            TarArchiveEntry link = in.getNextEntry();
            assertTrue(link.isSymbolicLink());
            assertEquals("../étage/" + "x".repeat(200), link.getLinkName());
            assertEquals("é".repeat(80), in.getNextEntry().getName());
        }
    }

    @Test
    void sizesAroundBlocksAndBuffersAreExact() throws IOException {
        int[] sizes = {0, 1, 511, 512, 513, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 1_000_000};
        Member[] members = new Member[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            members[i] = planned("f" + sizes[i], sizes[i]);
        }

        byte[] tar = Trees.tar(List.of(members));

        assertEquals(0, tar.length % 10240);
        Map<String, byte[]> contents = contents(tar);
        for (int size : sizes) {
            assertArrayEquals(Files.readAllBytes(temporary.resolve("f" + size)), contents.get("f" + size));
        }
    }

    @Test
    void archiveEndsWithTwoBlocksOfZerosAtLeast() throws IOException {
        // a header with its PAX header and one block of content: 2048; so the content decides where the end falls
        for (int content = 0; content < 10240; content += 512) {
            byte[] tar = Trees.tar(List.of(new Member.MemoryFile("f", new byte[content], ATTRIBUTES)));
            int used = 3 * 512 + content;
            assertTrue(tar.length - used >= 1024 && tar.length - used < 1024 + 10240, "with " + content);
            assertEquals(0, tar.length % 10240);
        }
    }

    @Test
    void readsOfAnySizeGiveTheSame() throws IOException {
        List<Member> members = List.of(new Member.Directory("", ATTRIBUTES), planned("a", 1000), planned("b", 700_000));
        byte[] whole = Trees.tar(members);
        for (int step : new int[] {1, 511, 65_536, 10_000_000}) {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            byte[] buffer = new byte[step + 2];
            try (PartitionStream stream = Partition.of(0, members).open()) {
                for (int n = stream.read(buffer, 1, step); n >= 0; n = stream.read(buffer, 1, step)) {
                    read.write(buffer, 1, n);
                }
            }
            assertArrayEquals(whole, read.toByteArray());
        }
    }

    @Test
    void filesAreReadAtThePaceAndEveryByteIsCounted() throws IOException {
        List<Member> members = List.of(planned("a", 1000), planned("b", 700_000));
        List<Integer> reads = new ArrayList<>();
        ReadPace pace = new ReadPace() {
            @Override
            public int begin(int wanted) {
                return Math.min(wanted, 777);
            }

            @Override
            public void end(int allowed, int read) {
                assertTrue(read <= allowed && allowed <= 777);
                reads.add(read);
            }
        };
        byte[] unlimited = Trees.tar(members);
        try (PartitionStream stream = Partition.of(0, members).open(pace)) {
            assertArrayEquals(unlimited, stream.readAllBytes());
        }
        assertEquals(701_000, reads.stream().mapToInt(Integer::intValue).sum());
    }

    @Test
    void shrunkFileIsFilledUpWithZeros() throws IOException {
        Member.DiskFile file = planned("a", 500_000);
        byte[] planned = Files.readAllBytes(file.source());
        Member.DiskFile next = planned("b", 5);

        try (PartitionStream stream = Partition.of(0, List.of(file, next)).open()) {
            byte[] start = stream.readNBytes(2000);
            try (RandomAccessFile shrink = new RandomAccessFile(file.source().toFile(), "rw")) {
                shrink.setLength(300_000);
            }
            ByteArrayOutputStream tar = new ByteArrayOutputStream();
            tar.write(start);
            stream.transferTo(tar);

            Map<String, byte[]> contents = contents(tar.toByteArray());
            byte[] expected = Arrays.copyOf(Arrays.copyOf(planned, 300_000), 500_000);
            assertArrayEquals(expected, contents.get("a"));
            assertEquals(5, contents.get("b").length);
        }
    }

    @Test
    void grownFileIsCut() throws IOException {
        Member.DiskFile file = planned("a", 1000);
        byte[] planned = Files.readAllBytes(file.source());
        Files.write(file.source(), Arrays.copyOf(planned, 2000));

        Map<String, byte[]> contents = contents(Trees.tar(List.of(file, planned("b", 5))));

        assertArrayEquals(planned, contents.get("a"));
        assertEquals(5, contents.get("b").length);
    }

    @Test
    void vanishedFileIsLeftOutAndTold() throws IOException {
        Partition partition = Partition.of(0, List.of(planned("a", 10), planned("b", 600), planned("c", 30)));
        Files.delete(temporary.resolve("b"));

        try (PartitionStream stream = partition.open()) {
            assertThrows(IllegalStateException.class, stream::stats);
            byte[] tar = stream.readAllBytes();

            assertEquals(List.of("a", "c"), List.copyOf(contents(tar).keySet()));
            assertEquals(new PartitionStream.Stats(2, 40, tar.length, List.of("b")), stream.stats());
        }
    }

    @Test
    void fileUnlinkedWhileItIsReadIsWhole() throws IOException {
        Member.DiskFile file = planned("a", 600_000);
        byte[] planned = Files.readAllBytes(file.source());
        try (PartitionStream stream = Partition.of(0, List.of(file)).open()) {
            ByteArrayOutputStream tar = new ByteArrayOutputStream();
            tar.write(stream.readNBytes(2000));
            Files.delete(file.source());
            stream.transferTo(tar);

            assertArrayEquals(planned, contents(tar.toByteArray()).get("a"));
        }
    }

    @Test
    void failureOfAReadNamesTheFile() throws IOException {
        Member.DiskFile file = planned("a", 10);
        Files.delete(file.source());
        Files.createDirectory(file.source());

        try (PartitionStream stream = Partition.of(0, List.of(file)).open()) {
            MemberReadException e = assertThrows(MemberReadException.class, stream::readAllBytes);

            assertTrue(e.failure().getMessage().contains(file.source().toString()), e.getMessage());
            assertFalse(e.failure().retryable());
        }
    }

    @Test
    void linkThatTookTheFilesPlaceIsNotFollowed() throws IOException {
        Member.DiskFile file = planned("a", 10);
        planned("other", 10);
        Files.delete(file.source());
        Files.createSymbolicLink(file.source(), temporary.resolve("other"));

        assertThrows(MemberReadException.class, () -> Trees.tar(List.of(file)));
    }

    @Test
    void sizeBeyondEightGibibytesIsInTheHeader() throws IOException {
        long size = (8L << 30) + 12345;
        Path sparse = temporary.resolve("sparse");
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(size);
        }

        try (PartitionStream stream = Partition.of(0, List.of(new Member.DiskFile("sparse", sparse, size, ATTRIBUTES)))
                        .open();
                TarArchiveInputStream in = new TarArchiveInputStream(stream)) {
            assertEquals(size, in.getNextEntry().getSize());
        }
        try (PartitionStream stream = Partition.of(0, List.of(new Member.DiskFile("sparse", sparse, size, ATTRIBUTES)))
                .open()) {
            assertEquals(size, new TarReader(stream).next().orElseThrow().sizeBytes());
        }
    }

    @Test
    void largestUserNumberIsInTheHeader() throws IOException {
        MemberAttributes nobody = new MemberAttributes(0600, FileTime.fromMillis(0), -2, -2, "", "");
        byte[] tar = Trees.tar(List.of(new Member.MemoryFile("f", new byte[0], nobody)));

        assertEquals(
                nobody,
                new TarReader(new ByteArrayInputStream(tar))
                        .next()
                        .orElseThrow()
                        .attributes());
    }

    @Test
    void closedStreamGivesNothing() throws IOException {
        PartitionStream stream =
                Partition.of(0, List.of(new Member.Directory("", ATTRIBUTES))).open();
        stream.close();
        stream.close();

        assertThrows(IOException.class, stream::read);
        assertThrows(IllegalStateException.class, stream::stats);
    }
}
