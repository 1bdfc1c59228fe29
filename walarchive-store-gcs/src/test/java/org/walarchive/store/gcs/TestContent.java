package org.walarchive.store.gcs;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.zip.CRC32C;
import org.walarchive.store.BlobSource;

/** Contents to put, and what the service says of them. */
final class TestContent {

    private TestContent() {}

    static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** A source that does not tell its length. */
    static BlobSource unknown(byte[] content) {
        return new BlobSource() {
            @Override
            public InputStream open() {
                return new ByteArrayInputStream(content);
            }

            @Override
            public OptionalLong sizeBytes() {
                return OptionalLong.empty();
            }
        };
    }

    static String crc32c(byte[] content) {
        CRC32C crc32c = new CRC32C();
        crc32c.update(content);
        return Checksum.text(crc32c);
    }

    /** The service's answer to a put. */
    static ScriptedService.Reply stored(byte[] content) {
        return stored(content.length, crc32c(content));
    }

    static ScriptedService.Reply stored(long size, String crc32c) {
        return ScriptedService.Reply.json(
                200,
                "{\"kind\": \"storage#object\", \"size\": \"" + size + "\", \"crc32c\": \"" + crc32c
                        + "\", \"generation\": \"4711\"}");
    }

    /** The service's answer to a get. */
    static ScriptedService.Reply content(byte[] content) {
        return new ScriptedService.Reply(200, Map.of(), new String(content, StandardCharsets.ISO_8859_1))
                .with("x-goog-hash", "md5=,crc32c=" + crc32c(content))
                .with("x-goog-stored-content-length", String.valueOf(content.length));
    }
}
