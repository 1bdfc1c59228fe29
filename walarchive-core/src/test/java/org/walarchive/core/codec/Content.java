package org.walarchive.core.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Bytes to compress, and ways to read. */
final class Content {

    enum Kind {
        ZEROS,
        RANDOM,
        TEXT,
        /** Runs of each of the others, so that stored and compressed blocks follow each other. */
        MIXED
    }

    private Content() {}

    static byte[] of(Kind kind, int length, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        switch (kind) {
            case ZEROS -> {}
            case RANDOM -> random.nextBytes(bytes);
            case TEXT -> fillText(bytes, 0, length, random);
            case MIXED -> fillMixed(bytes, random);
        }
        return bytes;
    }

    private static void fillText(byte[] bytes, int from, int to, Random random) {
        String[] words = {"segment ", "timeline ", "lsn ", "0/1000028 ", "base ", "backup ", "\n", "label "};
        int position = from;
        while (position < to) {
            byte[] word = words[random.nextInt(words.length)].getBytes(StandardCharsets.US_ASCII);
            int count = Math.min(word.length, to - position);
            System.arraycopy(word, 0, bytes, position, count);
            position += count;
        }
    }

    private static void fillMixed(byte[] bytes, Random random) {
        int position = 0;
        while (position < bytes.length) {
            int end = Math.min(bytes.length, position + 1 + random.nextInt(400_000));
            switch (random.nextInt(3)) {
                case 0 -> fillText(bytes, position, end, random);
                case 1 -> {
                    byte[] noise = new byte[end - position];
                    random.nextBytes(noise);
                    System.arraycopy(noise, 0, bytes, position, noise.length);
                }
                default -> {}
            }
            position = end;
        }
    }

    static byte[] compress(Codec codec, byte[] plain) throws IOException {
        try (InputStream in = codec.compress(new ByteArrayInputStream(plain))) {
            return in.readAllBytes();
        }
    }

    static byte[] decompress(Codec codec, byte[] compressed) throws IOException {
        try (InputStream in = codec.decompress(new ByteArrayInputStream(compressed))) {
            return in.readAllBytes();
        }
    }

    /** Reads to the end in pieces of random sizes, single bytes among them. */
    static byte[] readInPieces(InputStream in, Random random) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[100_000];
        while (true) {
            if (random.nextInt(4) == 0) {
                int single = in.read();
                if (single < 0) {
                    return out.toByteArray();
                }
                out.write(single);
            } else {
                int offset = random.nextInt(1000);
                int count = in.read(buffer, offset, 1 + random.nextInt(buffer.length - offset));
                if (count < 0) {
                    return out.toByteArray();
                }
                out.write(buffer, offset, count);
            }
        }
    }

    /** A source that gives what it has in small random pieces, as a socket does. */
    static InputStream trickle(byte[] bytes, Random random) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1 + random.nextInt(50_000)));
            }
        };
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] flip(byte[] bytes, int bit) {
        byte[] damaged = bytes.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        return damaged;
    }

    static byte[] cut(byte[] bytes, int length) {
        return Arrays.copyOf(bytes, length);
    }
}
