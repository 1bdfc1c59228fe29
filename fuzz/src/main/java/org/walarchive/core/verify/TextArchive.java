package org.walarchive.core.verify;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.walarchive.ArchiveConfig;
import org.walarchive.core.codec.Codec;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.codec.Decoder;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreKeys;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.tck.MemoryStoreProvider;

/**
 * An archive in memory that is written as text: a line for each object, {@code KEY=CONTENT}. In a content, {@code |} is a line
 * break, and {@code @N} the first page of the segment that the key names, of 2^N bytes. What has the extension of a codec is compressed.
 */
final class TextArchive {

    private static final int MOST_OBJECTS = 64;

    private TextArchive() {}

    static ArchiveStore of(String text) throws IOException {
        BlobStore store = new MemoryStoreProvider().open(StoreLocation.parse("memory://m"), StoreSettings.none());
        text.lines().limit(MOST_OBJECTS).forEach(line -> {
            int end = line.indexOf('=');
            if (end > 0 && isKey(line.substring(0, end))) {
                put(store, line.substring(0, end), line.substring(end + 1));
            }
        });
        return new ArchiveStore(
                ArchiveConfig.builder("memory://m").retryDeadline(Duration.ZERO).build(), store, event -> {});
    }

    private static boolean isKey(String text) {
        try {
            return StoreKeys.requireValid(text).equals(text);
        } catch (StoreException e) {
            return false;
        }
    }

    private static void put(BlobStore store, String key, String text) {
        Optional<Decoder> decoder = Codecs.forExtension(key.substring(key.lastIndexOf('.') + 1));
        byte[] content = content(key, text);
        try {
            if (decoder.isPresent() && decoder.get() instanceof Codec codec && content.length > 0) {
                try (InputStream stream = codec.compress(new ByteArrayInputStream(content))) {
                    content = stream.readAllBytes();
                }
            }
            store.put(key, BlobSource.of(content), PutMode.OVERWRITE);
        } catch (IOException e) {
            throw new IllegalStateException("a store in memory failed", e);
        }
    }

    private static byte[] content(String key, String text) {
        Optional<WalSegmentName> segment =
                ArchiveLayout.parseWal(key).flatMap(wal -> wal.name().segment());
        if (segment.isPresent() && text.matches("@[0-9]{1,2}")) {
            return firstPage(segment.get(), 1L << Integer.parseInt(text.substring(1)));
        }
        return text.replace('|', '\n').getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] firstPage(WalSegmentName name, long size) {
        long address = 0;
        if (size >= 1 << 20 && size <= 1 << 30 && name.segment() < (1L << 32) / size) {
            address = name.startLsn(WalSegmentSize.ofBytes(size)).value();
        }
        return ByteBuffer.allocate(8192)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0xD116)
                .putShort((short) 2)
                .putInt((int) name.timeline().value())
                .putLong(address)
                .putLong(0)
                .putLong(1)
                .putInt((int) size)
                .putInt(8192)
                .array();
    }
}
