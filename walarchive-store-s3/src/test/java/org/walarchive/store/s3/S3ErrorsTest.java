package org.walarchive.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import software.amazon.awssdk.core.exception.SdkClientException;

final class S3ErrorsTest {

    @Test
    void aRequestThatCannotBeWatchedIsAFailureOfTheStoreWithItsHint() {
        StoreException unwatched = new StoreException(Kind.UNAVAILABLE, "no thread", "Is there one?", null);
        StoreException failure = S3Errors.translate(
                "cannot get k in s3://b", SdkClientException.create("unable to execute request", unwatched));
        assertEquals("cannot get k in s3://b: no thread", failure.getMessage());
        assertEquals(Kind.UNAVAILABLE, failure.kind());
        assertEquals(Optional.of("Is there one?"), failure.hint());
    }
}
