package org.walarchive.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.DeletionDecision;
import org.walarchive.DeletionOverride;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionResult;
import org.walarchive.RetentionService;

/** Plans what it is told, and deletes nothing. */
final class FakeRetention implements RetentionService {

    private final Call calls;
    final List<DeletionDecision> decisions = new ArrayList<>();
    final List<DeletionPlan.BackupDecision> backups = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    DeletionResult result = new DeletionResult(0, 0, List.of(), 0);

    @Nullable
    DeletionPolicy policy;

    FakeRetention(Call calls) {
        this.calls = calls;
    }

    /** Remembers a call, and fails it if it is to fail. */
    @FunctionalInterface
    interface Call {
        void call(String what) throws ArchiveException, InterruptedException;
    }

    private record Plan(FakeRetention from, DeletionPolicy policy, Set<DeletionOverride> overrides)
            implements DeletionPlan {

        @Override
        public List<BackupDecision> backups() {
            return from.backups;
        }

        @Override
        public Totals totals() {
            long going = from.decisions.stream().filter(DeletionDecision::goes).count();
            return new Totals(going, going * 10, from.decisions.size() - going, 5);
        }

        @Override
        public List<String> notes() {
            return from.notes;
        }

        @Override
        public void forEach(Consumer<DeletionDecision> consumer) {
            from.decisions.forEach(consumer);
        }
    }

    @Override
    public DeletionPlan plan(DeletionPolicy given, DeletionOverride... overrides)
            throws ArchiveException, InterruptedException {
        policy = given;
        calls.call("plan " + Arrays.toString(overrides));
        return new Plan(this, given, Set.of(overrides));
    }

    @Override
    public DeletionResult execute(DeletionPlan plan) throws ArchiveException, InterruptedException {
        calls.call("execute");
        return result;
    }

    @Override
    public void keep(BackupName backup) throws ArchiveException, InterruptedException {
        calls.call("keep " + backup);
    }

    @Override
    public void release(BackupName backup) throws ArchiveException, InterruptedException {
        calls.call("release " + backup);
    }

    @Override
    public List<BackupName> kept() throws ArchiveException, InterruptedException {
        calls.call("kept");
        return List.of(BackupName.parse("base_000000010000000000000008_00000040"));
    }
}
