package org.walarchive.store.tck;

import java.util.List;

/** What may be wrong with a store, and which tests of {@link NetworkFaultContract} must find it. */
enum Flaw {
    NONE(),
    RETRIES("serviceFails", "serviceUnavailable", "serviceThrottles", "smallPutCut", "largePutPartsFail", "getCut"),
    PUTS_AGAIN_AFTER_A_LOST_REPLY("smallPutReplyLost", "largePutReplyLost"),
    TAKES_A_BROKEN_PUT_FOR_SUCCESS("replyCut", "smallPutCut", "largePutCut", "smallPutReplyLost", "largePutReplyLost"),
    SHOWS_PARTS("largePutCutLater", "largePutPartsFail"),
    TAKES_A_SHORT_BODY_FOR_ALL("getCut"),
    TAKES_A_SHORT_LIST_FOR_ALL("listCut"),
    COMPARES_NO_CHECKSUM("getFlipped"),
    SENDS_NO_CHECKSUM("putFlipped"),
    TAKES_ANY_404_FOR_ABSENCE("absenceOfSomethingInBetween", "nothingFoundBySomethingInBetween"),
    TAKES_ANY_SUCCESS("successOfSomethingInBetween"),
    FOLLOWS_REDIRECTIONS("redirection"),
    HAS_NO_TIMEOUT("putStalled", "getStalled", "listStalled", "deleteStalled"),
    GIVES_UP_EARLY("latency", "putStalled", "getStalled", "listStalled", "deleteStalled"),
    TIMES_THE_WHOLE_CALL("getSlowly"),
    IGNORES_INTERRUPTS("interruptedInStall", "interruptedInPut", "interruptedInRead"),
    CLEARS_THE_INTERRUPT_FLAG("interruptedInStall", "interruptedInPut", "interruptedInRead"),
    FORGETS_RETRY_AFTER("retryAfter"),
    THINKS_FAILURES_ARE_FINAL("serviceFails", "serviceThrottles", "refused"),
    SAYS_NOTHING_OF_A_DELETE_THAT_FAILS("deleteReplyLost", "deleteStalled");

    private final List<String> foundBy;

    Flaw(String... foundBy) {
        this.foundBy = List.of(foundBy);
    }

    List<String> foundBy() {
        return foundBy;
    }
}
