package org.walarchive.core.retention;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveEvent;
import org.walarchive.DeletionDecision;
import org.walarchive.DeletionResult.Failure;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.StoreException;

/** Deletes objects some at a time. */
final class Batches {

    /** As many as Amazon S3 deletes by one request. */
    static final int SIZE = 1000;

    private final ArchiveStore archive;
    private final List<DeletionDecision> waiting = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private long deletedObjects;
    private long deletedBytes;
    private boolean refused;

    @Nullable
    private StoreException broken;

    Batches(ArchiveStore archive) {
        this.archive = archive;
    }

    void begin() {
        waiting.clear();
    }

    /** Deletes the object, sooner or later; nothing any more once the store has failed. */
    void add(DeletionDecision decision) {
        if (broken != null || refused) {
            return;
        }
        waiting.add(decision);
        if (waiting.size() == SIZE) {
            deleteWaiting();
        }
    }

    /** Deletes what is left to delete. Returns when everything is gone durably, or failed. */
    void finish() throws StoreException {
        if (!waiting.isEmpty() && broken == null) {
            deleteWaiting();
        }
        if (broken != null) {
            throw broken;
        }
    }

    private void deleteWaiting() {
        waiting.forEach(decision -> archive.tell(new ArchiveEvent.DeletionStarted(decision)));
        try {
            archive.store().delete(waiting.stream().map(DeletionDecision::key).toList());
            waiting.forEach(this::count);
        } catch (StoreException e) {
            if (concernsAKey(e)) {
                deleteOneByOne();
            } else {
                broken = e;
            }
        }
        waiting.clear();
    }

    private void deleteOneByOne() {
        int before = failures.size();
        for (DeletionDecision decision : waiting) {
            try {
                archive.store().delete(List.of(decision.key()));
                count(decision);
            } catch (StoreException e) {
                if (!concernsAKey(e)) {
                    broken = e;
                    return;
                }
                failures.add(new Failure(decision.key(), String.valueOf(e.getMessage())));
            }
        }
        // Where a whole batch is refused, the right to delete is missing, and a million further refusals say no more.
        refused = failures.size() - before == SIZE;
    }

    private static boolean concernsAKey(StoreException e) {
        return switch (e.kind()) {
            case NOT_FOUND, ACCESS_DENIED, FROZEN, INVALID, NO_SPACE, CORRUPT -> true;
            case NO_CONTAINER, THROTTLED, UNAVAILABLE, INTERRUPTED -> false;
        };
    }

    private void count(DeletionDecision decision) {
        deletedObjects++;
        deletedBytes += decision.sizeBytes();
    }

    List<Failure> failures() {
        return failures;
    }

    long deletedObjects() {
        return deletedObjects;
    }

    long deletedBytes() {
        return deletedBytes;
    }
}
