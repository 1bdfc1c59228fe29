package org.walarchive.core.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class BlockWriterTest {

    private static final int BLOCK = 1000;

    /** Stores blocks as they are; what else it does is the test's. */
    private static class Stored implements BlockEncoding {
        @Override
        public int blockBytes() {
            return BLOCK;
        }

        @Override
        public int maxCompressedBytes(int length) {
            return length;
        }

        @Override
        public byte[] head() {
            return new byte[0];
        }

        @Override
        public boolean hasEmptyBlock() {
            return false;
        }

        @Override
        public void append(byte[] content, int length) {}

        @Override
        public int compress(byte[] content, int length, Position position, byte[] output) {
            System.arraycopy(content, 0, output, 0, length);
            return length;
        }

        @Override
        public byte[] tail() {
            return new byte[0];
        }
    }

    @Test
    void threadsShareTheBlocksOfOneStreamAndKeepTheirOrder() throws IOException {
        byte[] content = Content.of(Content.Kind.RANDOM, 50 * BLOCK + 7, 5);
        CountDownLatch two = new CountDownLatch(2);
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        BlockEncoding waiting = new Stored() {
            @Override
            public int compress(byte[] bytes, int length, Position position, byte[] output) {
                if (seen.add(Thread.currentThread())) {
                    two.countDown();
                }
                try {
                    two.await(); // for ever, unless two threads are at it at once
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return super.compress(bytes, length, position, output);
            }
        };
        try (CompressionWorkers workers = new CompressionWorkers(2, 1 << 20);
                InputStream in = new BlockWriter(new ByteArrayInputStream(content), waiting, workers)) {
            assertArrayEquals(content, in.readAllBytes());
        }
        assertTrue(seen.size() >= 2);
    }

    @Test
    void withoutMemoryTheStreamGoesOnWithOneBlock() throws IOException {
        byte[] content = Content.of(Content.Kind.TEXT, 10 * BLOCK, 5);
        try (CompressionWorkers workers = new CompressionWorkers(4, 0);
                InputStream in = new BlockWriter(new ByteArrayInputStream(content), new Stored(), workers)) {
            assertEquals(content[0], in.read());
            assertArrayEquals(
                    Content.cut(content, content.length), Content.concat(new byte[] {content[0]}, in.readAllBytes()));
        }
    }

    @Test
    void memoryComesBackWhenTheStreamIsClosed() throws IOException {
        try (CompressionWorkers workers = new CompressionWorkers(1, 256 * 1024)) {
            InputStream in = new BlockWriter(new ByteArrayInputStream(new byte[10 * BLOCK]), new Stored(), workers);
            assertEquals(0, in.read());
            assertEquals(false, workers.tryReserve(1));
            in.close();
            assertTrue(workers.tryReserve(1));
        }
    }

    @Test
    void anInterruptEndsTheWaitForABlock() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        BlockEncoding stuck = new Stored() {
            @Override
            public int compress(byte[] bytes, int length, Position position, byte[] output) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return 0;
            }
        };
        try (CompressionWorkers workers = new CompressionWorkers(1, 1 << 20);
                InputStream in = new BlockWriter(new ByteArrayInputStream(new byte[10 * BLOCK]), stuck, workers)) {
            Thread.currentThread().interrupt();
            assertThrows(IOException.class, in::read);
            never.countDown();
        } finally {
            assertTrue(Thread.interrupted() || never.getCount() == 0);
        }
    }
}
