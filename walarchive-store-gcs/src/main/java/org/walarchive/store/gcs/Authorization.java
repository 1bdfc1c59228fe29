package org.walarchive.store.gcs;

import java.util.List;
import java.util.Map;
import org.walarchive.store.StoreException;

/** What tells the service who asks. */
@FunctionalInterface
interface Authorization {

    /** Nobody says who he is: for emulators. */
    Authorization NONE = action -> Map.of();

    /**
     * Returns the headers of a request.
     *
     * @param action what fails if there are none to be had
     */
    Map<String, List<String>> headers(String action) throws StoreException;
}
