package org.walarchive.store.swift;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

final class SwiftErrorsTest {

    @Test
    void aRequestThatCannotBeWatchedIsAFailureOfTheStoreWithItsHint() {
        StoreException unwatched = new StoreException(Kind.UNAVAILABLE, "no thread", "Is there one?", null);
        StoreException failure = SwiftErrors.ofFailure("cannot get k in swift://c", "host", unwatched);
        assertEquals("cannot get k in swift://c: no thread", failure.getMessage());
        assertEquals(Kind.UNAVAILABLE, failure.kind());
        assertEquals(Optional.of("Is there one?"), failure.hint());
    }
}
