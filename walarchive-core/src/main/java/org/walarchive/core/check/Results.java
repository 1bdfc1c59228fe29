package org.walarchive.core.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveException;
import org.walarchive.check.CheckResult;
import org.walarchive.check.CheckResult.Status;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.StoreException;

/** What was found so far. */
final class Results {

    private final List<CheckResult> all = new ArrayList<>();

    /** A check that may not come to its end. */
    @FunctionalInterface
    interface Step {
        void run() throws ArchiveException, StoreException, InterruptedException;
    }

    List<CheckResult> all() {
        return List.copyOf(all);
    }

    void ok(String name, String message) {
        add(name, Status.OK, message, null);
    }

    void skip(String name, String message) {
        add(name, Status.SKIPPED, message, null);
    }

    void warn(String name, String message, String hint) {
        add(name, Status.WARN, message, hint);
    }

    void fail(String name, String message, String hint) {
        add(name, Status.FAIL, message, hint);
    }

    void add(String name, Status status, String message, @Nullable String hint) {
        all.add(new CheckResult(name, status, message, Optional.ofNullable(hint)));
    }

    /**
     * Runs a check; one that fails for want of what it looks at is a result of that name.
     *
     * @return whether it came to its end
     */
    boolean attempt(String name, Step step) throws InterruptedException {
        try {
            step.run();
            return true;
        } catch (StoreException e) {
            fail(name, ArchiveStore.failure("check of the archive", e));
        } catch (ArchiveException e) {
            fail(name, e);
        }
        return false;
    }

    void fail(String name, ArchiveException failure) {
        String message = failure.getMessage()
                + failure.detail().map(detail -> ": " + detail).orElse("");
        add(name, Status.FAIL, message, failure.hint().orElse(null));
    }
}
