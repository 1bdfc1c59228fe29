package org.walarchive.store.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.walarchive.store.tck.ContractFixture.assertContent;
import static org.walarchive.store.tck.ContractFixture.pages;
import static org.walarchive.store.tck.ContractFixture.put;
import static org.walarchive.store.tck.ContractFixture.read;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.NetworkFault.CutReply;
import org.walarchive.store.tck.NetworkFault.CutReplyBody;
import org.walarchive.store.tck.NetworkFault.Ending;
import org.walarchive.store.tck.NetworkFault.FlipReplyBit;
import org.walarchive.store.tck.NetworkFault.LoseReply;
import org.walarchive.store.tck.NetworkFault.Stall;
import org.walarchive.store.tck.NetworkFault.Throttle;

/** What {@link BlobStore#get} and {@link BlobStore#list} promise on a bad network. */
abstract class NetworkReadContract extends NetworkPutContract {

    private static final Set<Kind> BROKEN = Set.of(Kind.UNAVAILABLE, Kind.CORRUPT);

    @Test
    @DisplayName("get: a reply cut short is never the end of the stream, however often it is asked")
    void getCut() throws IOException {
        BlobStore store = behind(NetworkFaults.none(), PATIENCE);
        for (Upload upload : Upload.values()) {
            String key = "cut/" + upload;
            byte[] content = content(upload);
            peaceful().put(key, source(upload), PutMode.OVERWRITE);
            for (int offset : new int[] {0, 1, content.length / 2, content.length - 1}) {
                for (Ending ending : List.of(Ending.CLOSE, Ending.RESET)) {
                    proxy().disturb(NetworkFaults.all(new CutReplyBody(offset, ending)));
                    assertNeverEnds(store, key, content, ending + " at " + offset + " of " + upload);
                }
            }
            for (NetworkFault fault : List.of(
                    new CutReply(0, Ending.CLOSE),
                    new CutReply(10, Ending.CLOSE),
                    new CutReply(60, Ending.CLOSE),
                    new CutReply(60, Ending.RESET))) {
                proxy().disturb(NetworkFaults.all(fault));
                assertNeverEnds(store, key, content, fault);
            }
            proxy().disturb(NetworkFaults.none());
            assertContent(store, key, content);
        }
    }

    private void assertNeverEnds(BlobStore store, String key, byte[] expected, Object what) {
        long before = proxy().faults();
        int requests = proxy().requests().size();
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        assertFails(
                BROKEN,
                () -> {
                    try (BlobContent content = store.get(key)) {
                        try {
                            content.stream().transferTo(got);
                        } catch (StoreException e) {
                            assertFails(BROKEN, () -> content.stream().read(), "second read after " + what);
                            throw e;
                        }
                    }
                },
                what);
        assertArrayEquals(Arrays.copyOf(expected, got.size()), got.toByteArray(), () -> "bytes before " + what);
        assertEquals(before + 1, proxy().faults(), () -> "cuts by " + what);
        assertSentOnce(requestsSince(requests), what);
    }

    @Test
    @DisplayName(
            "get: a reply that stalls, at once or in its body, is UNAVAILABLE when the time-out is over, not before")
    void getStalled() throws IOException, InterruptedException {
        put(peaceful(), "stalled", SMALL);
        BlobStore store = behind(NetworkFaults.none());
        for (NetworkFault fault : List.of(
                new Stall(),
                new LoseReply(Ending.STALL),
                new CutReply(20, Ending.STALL),
                new CutReplyBody(0, Ending.STALL),
                new CutReplyBody(SMALL.length / 2, Ending.STALL))) {
            proxy().disturb(NetworkFaults.all(fault));
            assertTimesOut(() -> read(store, "stalled"), fault);
        }
    }

    @Test
    @DisplayName("get: a slow and steady reply may take longer than the time-out, which is for the next byte")
    void getSlowly() throws IOException {
        put(peaceful(), "slow", SMALL);
        // What a client loads for its first read is not to be waited for below.
        assertContent(peaceful(), "slow", SMALL);
        int rate = SMALL.length / (int) (2 * READ_TIMEOUT.toSeconds());
        BlobStore store = behind(NetworkFaults.all(new Throttle(rate)));
        long start = System.nanoTime();
        assertContent(store, "slow", SMALL);
        assertTrue(System.nanoTime() - start > READ_TIMEOUT.toNanos(), "the reply was not slow");
    }

    @Test
    @DisplayName(
            "get: a reply with a flipped bit is CORRUPT before the stream ends, where the service gives a checksum")
    void getFlipped() throws IOException {
        List<Upload> verified = Arrays.stream(Upload.values())
                .filter(upload -> replyHasNoChecksum(content(upload).length).isEmpty())
                .toList();
        assumeTrue(!verified.isEmpty(), () -> replyHasNoChecksum(SMALL.length).orElse(""));
        BlobStore store = behind(NetworkFaults.none(), PATIENCE);
        for (Upload upload : verified) {
            byte[] content = content(upload);
            peaceful().put("flipped", source(upload), PutMode.OVERWRITE);
            for (int offset : new int[] {0, content.length / 2, content.length - 1}) {
                long before = proxy().faults();
                proxy().disturb(NetworkFaults.all(new FlipReplyBit(offset)));
                assertFails(Set.of(Kind.CORRUPT), () -> read(store, "flipped"), "bit at " + offset + " of " + upload);
                assertEquals(before + 1, proxy().faults(), "flipped bits");
            }
            proxy().disturb(NetworkFaults.none());
            assertContent(store, "flipped", content);
        }
    }

    @Test
    @DisplayName("list: a reply cut short fails, or tells all; it is never a shorter list")
    void listCut() throws IOException {
        for (int i = 0; i < 12; i++) {
            put(peaceful(), "dir" + i % 3 + "/blob" + i, new byte[i]);
        }
        BlobStore store = behind(NetworkFaults.none(), PATIENCE);
        for (ListDepth depth : ListDepth.values()) {
            List<Object> whole = told(peaceful(), depth);
            for (Ending ending : List.of(Ending.CLOSE, Ending.RESET)) {
                assertNeverShorter(store, depth, whole, at -> new CutReply(at, ending));
                assertNeverShorter(store, depth, whole, at -> new CutReplyBody(at, ending));
            }
        }
    }

    /** What a list tells, without the tokens of its pages, which may be others each time. */
    private static List<Object> told(BlobStore store, ListDepth depth) throws StoreException {
        return pages(store, "", depth).stream()
                .<Object>mapMulti((page, each) -> {
                    page.blobs().forEach(each);
                    page.prefixes().forEach(each);
                })
                .toList();
    }

    /** Cuts later and later, until it is too late to cut. */
    private void assertNeverShorter(
            BlobStore store, ListDepth depth, List<Object> whole, IntFunction<NetworkFault> cutAt) {
        boolean cut = true;
        for (int at = 0; cut; at += 1 + at / 4) {
            NetworkFault fault = cutAt.apply(at);
            long before = proxy().faults();
            proxy().disturb(NetworkFaults.all(fault));
            try {
                assertEquals(whole, told(store, depth), fault::toString);
            } catch (StoreException e) {
                assertTrue(BROKEN.contains(e.kind()), () -> fault + " should be of " + BROKEN + ", but is " + e);
            }
            cut = proxy().faults() > before;
            assertTrue(cut || at > 0, "nothing was cut");
        }
    }

    @Test
    @DisplayName(
            "list: a reply that stalls, at once or in its body, is UNAVAILABLE when the time-out is over, not before")
    void listStalled() throws IOException, InterruptedException {
        put(peaceful(), "stalled/" + "x".repeat(100));
        BlobStore store = behind(NetworkFaults.none());
        for (NetworkFault fault : List.of(
                new Stall(),
                new LoseReply(Ending.STALL),
                new CutReplyBody(0, Ending.STALL),
                new CutReplyBody(20, Ending.STALL))) {
            proxy().disturb(NetworkFaults.all(fault));
            assertTimesOut(() -> store.list("", ListDepth.ALL, null), fault);
        }
    }
}
