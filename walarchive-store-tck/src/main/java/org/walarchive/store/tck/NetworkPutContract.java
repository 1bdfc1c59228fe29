package org.walarchive.store.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.walarchive.store.tck.ContractFixture.OLD;
import static org.walarchive.store.tck.ContractFixture.assertContent;
import static org.walarchive.store.tck.ContractFixture.keys;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.NetworkFault.Answer;
import org.walarchive.store.tck.NetworkFault.CutRequest;
import org.walarchive.store.tck.NetworkFault.Ending;
import org.walarchive.store.tck.NetworkFault.FlipRequestBit;
import org.walarchive.store.tck.NetworkFault.LoseReply;
import org.walarchive.store.tck.NetworkFault.Stall;

/** What {@link BlobStore#put} promises on a bad network. */
abstract class NetworkPutContract extends NetworkFaultFixture {

    private static final int IN_THE_MIDDLE = 15_000;

    @Test
    @DisplayName("put small: cut in mid-body it is UNAVAILABLE, nothing or the old content is seen, and a repeat works")
    void smallPutCut() throws IOException {
        assertCutLeavesNothing(Upload.SMALL, 1);
    }

    @Test
    @DisplayName(
            "put large: cut in its first part it is UNAVAILABLE, nothing or the old content is seen, and a repeat works")
    void largePutCut() throws IOException {
        assertCutLeavesNothing(Upload.LARGE, 1);
    }

    @Test
    @DisplayName(
            "put large: cut in its second part it is UNAVAILABLE, nothing or the old content is seen, and a repeat works")
    void largePutCutLater() throws IOException {
        assertCutLeavesNothing(Upload.LARGE, 2);
    }

    private void assertCutLeavesNothing(Upload upload, int nth) throws IOException {
        for (Ending ending : List.of(Ending.RESET, Ending.CLOSE)) {
            for (PutMode mode : PutMode.values()) {
                BlobStore store = behind(
                        NetworkFaults.everyNth(nth, this::carriesContent, new CutRequest(IN_THE_MIDDLE, ending)),
                        PATIENCE);
                assertFails(
                        Set.of(Kind.UNAVAILABLE),
                        () -> store.put("cut/new", source(upload), mode),
                        ending + " in put " + mode);
                assertDisturbed(ending);
                assertSentOnce(proxy().requests(), "put");
                assertNothingVisible("cut/new");
                proxy().disturb(NetworkFaults.none());
                assertEquals(PutResult.WRITTEN, store.put("cut/new", source(upload), mode));
                assertContent(peaceful(), "cut/new", content(upload));
                peaceful().delete(List.of("cut/new"));
            }
        }
        peaceful().put("cut/old", BlobSource.of(OLD), PutMode.OVERWRITE);
        BlobStore store = behind(
                NetworkFaults.everyNth(nth, this::carriesContent, new CutRequest(IN_THE_MIDDLE, Ending.RESET)),
                PATIENCE);
        assertFails(
                Set.of(Kind.UNAVAILABLE),
                () -> store.put("cut/old", source(upload), PutMode.OVERWRITE),
                "put over the old");
        assertContent(peaceful(), "cut/old", OLD);
    }

    @Test
    @DisplayName(
            "put small IF_ABSENT: a reply lost after success is UNAVAILABLE, once; then ALREADY_PRESENT with that content")
    void smallPutReplyLost() throws IOException {
        assertLostReplyIsNoSuccess(Upload.SMALL);
    }

    @Test
    @DisplayName(
            "put large IF_ABSENT: a reply lost after the commit is UNAVAILABLE, once; then ALREADY_PRESENT with that content")
    void largePutReplyLost() throws IOException {
        assertLostReplyIsNoSuccess(Upload.LARGE);
    }

    private void assertLostReplyIsNoSuccess(Upload upload) throws IOException {
        List<String> keys = new ArrayList<>();
        for (Ending ending : Ending.values()) {
            String key = "lost/" + ending;
            BlobStore store = behind(NetworkFaults.none(), timeout(ending));
            // A connection that was in use before is one on which some clients try again by themselves.
            keys(store, "");
            proxy().disturb(NetworkFaults.first(1, this::makesVisible, new LoseReply(ending)));
            assertFails(
                    Set.of(Kind.UNAVAILABLE),
                    () -> store.put(key, source(upload), PutMode.IF_ABSENT),
                    "reply lost by " + ending);
            assertDisturbed(ending);
            assertEquals(1, proxy().count(this::makesVisible), "the store or its SDK tried again by itself");
            assertEquals(PutResult.ALREADY_PRESENT, store.put(key, otherSource(upload), PutMode.IF_ABSENT));
            assertContent(peaceful(), key, content(upload));
            keys.add(key);
        }
        assertEquals(ContractFixture.sorted(keys), keys(peaceful(), ""));
    }

    @Test
    @DisplayName("put: what stalls is UNAVAILABLE when the time-out is over, not before, and nothing is seen")
    void putStalled() throws IOException, InterruptedException {
        BlobStore silent = behind(NetworkFaults.all(new Stall()));
        for (Upload upload : Upload.values()) {
            assertTimesOut(() -> silent.put("stalled", source(upload), PutMode.OVERWRITE), "put of " + upload);
        }
        for (Upload upload : Upload.values()) {
            BlobStore store =
                    behind(NetworkFaults.all(this::carriesContent, new CutRequest(IN_THE_MIDDLE, Ending.STALL)));
            assertTimesOut(() -> store.put("stalled", source(upload), PutMode.OVERWRITE), "body of " + upload);
        }
        BlobStore store = behind(NetworkFaults.all(this::makesVisible, new Stall()));
        assertTimesOut(() -> store.put("stalled", source(Upload.LARGE), PutMode.OVERWRITE), "commit");
        assertNothingVisible("stalled");
    }

    @Test
    @DisplayName("put: a bit that flips on the way to the service is CORRUPT, nothing is seen, and a repeat works")
    void putFlipped() throws IOException {
        assumeTrue(putsAreNotVerified().isEmpty(), () -> putsAreNotVerified().orElse(""));
        for (Upload upload : Upload.values()) {
            for (int offset : new int[] {0, IN_THE_MIDDLE}) {
                BlobStore store =
                        behind(NetworkFaults.first(1, this::carriesContent, new FlipRequestBit(offset)), PATIENCE);
                assertFails(
                        Set.of(Kind.CORRUPT),
                        () -> store.put("flipped", source(upload), PutMode.OVERWRITE),
                        "bit flipped at " + offset + " of " + upload);
                assertDisturbed("the bit");
                assertNothingVisible("flipped");
                assertEquals(PutResult.WRITTEN, store.put("flipped", source(upload), PutMode.OVERWRITE));
                assertContent(peaceful(), "flipped", content(upload));
                peaceful().delete(List.of("flipped"));
            }
        }
    }

    @Test
    @DisplayName("put large: parts that fail with 500 or 503 are sent once, nothing is seen, and a repeat works")
    void largePutPartsFail() throws IOException {
        for (int status : new int[] {500, 503}) {
            for (Answer answer : List.of(new Answer(status, Map.of(), ""), error(status, Map.of()))) {
                BlobStore store = behind(NetworkFaults.first(2, this::carriesContent, answer), PATIENCE);
                assertFails(
                        Set.of(Kind.UNAVAILABLE, Kind.THROTTLED),
                        () -> store.put("parts", source(Upload.LARGE), PutMode.IF_ABSENT),
                        answer);
                assertSentOnce(proxy().requests(), answer);
                assertNothingVisible("parts");
                proxy().disturb(NetworkFaults.none());
                assertEquals(PutResult.WRITTEN, store.put("parts", source(Upload.LARGE), PutMode.IF_ABSENT));
                assertContent(peaceful(), "parts", content(Upload.LARGE));
                peaceful().delete(List.of("parts"));
            }
        }
    }
}
