package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReadAheadTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 5_000_000})
    void givesTheSameBytes(int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        try (ReadAhead in = new ReadAhead(new ByteArrayInputStream(content))) {
            assertArrayEquals(content, in.readAllBytes());
            assertEquals(-1, in.read());
            assertEquals(-1, in.read());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 1_000_000})
    void aFailureComesAfterTheBytesBeforeItAndStays(int before) throws IOException {
        IOException failure = new IOException("gone");
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }
        };
        InputStream source = new SequenceInputStream(new ByteArrayInputStream(new byte[before]), failing);
        try (ReadAhead in = new ReadAhead(source)) {
            assertEquals(before, in.readNBytes(before).length);
            assertSame(failure, assertThrows(IOException.class, in::read));
            assertSame(failure, assertThrows(IOException.class, in::read));
        }
    }

    @Test
    void aThreadThatEndedIsNotWaitedFor() throws IOException {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 0;
            }
        };
        try (ReadAhead in = new ReadAhead(endless)) {
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("walarchive-decompress"))
                    .forEach(Thread::interrupt);
            IOException e = assertThrows(IOException.class, () -> in.transferTo(OutputStream.nullOutputStream()));
            assertEquals("the thread that reads ahead has ended", e.getMessage());
        }
    }

    @Test
    void aRuntimeFailureIsNoEnd() throws IOException {
        try (ReadAhead in = new ReadAhead(new InputStream() {
            @Override
            public int read() {
                throw new IllegalStateException("broken");
            }
        })) {
            assertThrows(IllegalStateException.class, in::readAllBytes);
        }
    }

    @Test
    void closingWaitsForTheReadThatIsUnderWayAndClosesOnce() throws IOException {
        AtomicBoolean reading = new AtomicBoolean();
        AtomicBoolean closedWhileRead = new AtomicBoolean();
        int[] closes = {0};
        CountDownLatch begun = new CountDownLatch(1);
        ReadAhead in = new ReadAhead(new InputStream() {
            @Override
            public int read() throws IOException {
                reading.set(true);
                begun.countDown();
                try {
                    new CountDownLatch(1).await();
                    return 0;
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                } finally {
                    reading.set(false);
                }
            }

            @Override
            public void close() {
                closes[0]++;
                closedWhileRead.set(reading.get());
            }
        });
        assertTrue(awaits(begun));
        in.close();
        in.close();
        assertEquals(1, closes[0]);
        assertEquals(false, closedWhileRead.get());
        assertThrows(IOException.class, in::read);
    }

    @Test
    void closingEndsAReaderThatIsAheadAsFarAsItMay() throws IOException {
        ReadAhead in = new ReadAhead(new ByteArrayInputStream(new byte[10_000_000]));
        assertEquals(0, in.read());
        in.close();
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() throws IOException {
        try (ReadAhead in = new ReadAhead(new InputStream() {
            @Override
            public int read() throws IOException {
                try {
                    new CountDownLatch(1).await();
                    return 0;
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                }
            }
        })) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, in::read);
            assertTrue(Thread.interrupted());
        }
    }

    private static boolean awaits(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
