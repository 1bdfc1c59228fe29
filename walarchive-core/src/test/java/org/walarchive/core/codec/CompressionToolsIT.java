package org.walarchive.core.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.Compression;

/** The formats against the tools that define them. */
class CompressionToolsIT {

    private static final int[] SIZES = {0, 1, 262_143, 262_144, 262_145, 3_000_000, 9_000_000};

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lzop -c",
                "lzop -1 -c",
                "lzop -9 -c",
                "lzop -7 -c",
                "lzop --crc32 -c",
                "lzop -F -c",
                "lzop -P -c",
                "lzop -CC -c",
                "lzop -n -c",
                "lzop -1 --crc32 -C -P -c",
                "lz4 -c",
                "lz4 -9 -c",
                "lz4 -BD -c",
                "lz4 -9 -BD -B4 -c",
                "lz4 -BD -B5 -BX -c",
                "lz4 -B4 -BX --no-frame-crc -c",
                "lz4 --content-size -c",
                "zstd -c",
                "zstd -1 -c",
                "zstd -19 -c",
                "zstd --no-check -c",
                "zstd --ultra -22 -c",
                "zstd --long -c",
            })
    void whatAToolWritesIsRead(String command) throws IOException, InterruptedException {
        Codec codec = codecOfTool(command);
        boolean slow = command.contains("-19") || command.contains("-22");
        for (byte[] plain : slow ? List.of(Content.of(Content.Kind.MIXED, 9_000_000, 7)) : contents()) {
            Path file = Files.write(directory.resolve("plain"), plain);
            byte[] fromFile = run(command + " " + file.getFileName(), new byte[0]);
            assertArrayEquals(plain, Content.decompress(codec, fromFile), command + " of " + plain.length);
            byte[] fromPipe = run(command, plain);
            assertArrayEquals(plain, Content.decompress(codec, fromPipe), command + " of " + plain.length);
        }
    }

    @ParameterizedTest
    @MethodSource("writers")
    void whatWeWriteIsReadByTheTool(String compression, String command) throws IOException, InterruptedException {
        codecOfTool(command);
        Codec codec = Codecs.of(Compression.parse(compression));
        for (byte[] plain : contents()) {
            byte[] compressed = Content.compress(codec, plain);
            assertArrayEquals(plain, run(command, compressed), compression + " of " + plain.length);
            Path file = Files.write(directory.resolve("x." + codec.extension()), compressed);
            String tool = command.substring(0, command.indexOf(' '));
            assertEquals(0, run(tool + " -t " + file.getFileName(), new byte[0]).length);
        }
    }

    static Stream<String[]> writers() {
        return Stream.of(new String[][] {
            {"lzo", "lzop -d -c"},
            {"lz4", "lz4 -d -c"},
            {"zstd", "zstd -d -c"},
            {"zstd:1", "zstd -d -c"},
            {"zstd:19", "zstd -d -c"},
        });
    }

    @Test
    void ourStreamIsTheOneOfLzopFromAPipe() throws IOException, InterruptedException {
        codecOfTool("lzop -CC -c");
        byte[] plain = Content.of(Content.Kind.RANDOM, 700_000, 2); // stored blocks: nothing depends on the encoder
        Files.write(directory.resolve("plain"), plain);
        byte[] theirs = run(List.of("sh", "-c", "cat plain | lzop -CC -c"), new byte[0]);
        byte[] ours = Content.compress(new LzopCodec(), plain);
        for (byte[] stream : List.of(theirs, ours)) {
            Arrays.fill(stream, 21, 33, (byte) 0); // mode and time of the pipe
            Arrays.fill(stream, 34, 38, (byte) 0); // the checksum over them
        }
        assertArrayEquals(theirs, ours);
    }

    @Test
    void ourLz4IsTheOneOfTheTool() throws IOException, InterruptedException {
        codecOfTool("lz4 -c");
        byte[] plain = Content.of(Content.Kind.RANDOM, 2_500_000, 2);
        assertArrayEquals(run("lz4 -B6 -c", plain), Content.compress(new Lz4Codec(), plain));
    }

    @Test
    void ourZstdHasAChecksum() throws IOException, InterruptedException {
        codecOfTool("zstd -c");
        byte[] compressed = Content.compress(ZstdCodec.ofDefaultLevel(), Content.of(Content.Kind.TEXT, 9_000_000, 2));
        Files.write(directory.resolve("x.zst"), compressed);
        String listing = new String(run("zstd -lv x.zst", new byte[0]), StandardCharsets.UTF_8);
        assertTrue(listing.contains("Check: XXH64"), listing);
        assertTrue(listing.contains("# Skippable Frames: 2"), listing);
    }

    private static List<byte[]> contents() {
        List<byte[]> contents = new ArrayList<>();
        for (int size : SIZES) {
            contents.add(Content.of(Content.Kind.MIXED, size, 7));
        }
        contents.add(Content.of(Content.Kind.RANDOM, 1_000_000, 7));
        contents.add(Content.of(Content.Kind.TEXT, 1_000_000, 7));
        return contents;
    }

    /** Skips the test where the tool is not installed; otherwise returns the codec of its format. */
    private static Codec codecOfTool(String command) {
        String tool = command.substring(0, command.indexOf(' '));
        boolean installed = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, tool)));
        assumeTrue(installed, "the tool " + tool + " is not on the PATH");
        return switch (tool) {
            case "lzop" -> new LzopCodec();
            case "lz4" -> new Lz4Codec();
            default -> ZstdCodec.ofDefaultLevel();
        };
    }

    private byte[] run(String command, byte[] input) throws IOException, InterruptedException {
        return run(List.of(command.split(" ")), input);
    }

    private byte[] run(List<String> command, byte[] input) throws IOException, InterruptedException {
        Path in = Files.write(directory.resolve("stdin"), input);
        Path errors = directory.resolve("stderr");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(in.toFile())
                .redirectError(errors.toFile())
                .start();
        byte[] output;
        try (InputStream stdout = process.getInputStream()) {
            output = stdout.readAllBytes();
        }
        assertEquals(0, process.waitFor(), () -> command + ": " + text(errors));
        return output;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
