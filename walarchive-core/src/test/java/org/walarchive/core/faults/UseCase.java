package org.walarchive.core.faults;

import java.io.IOException;
import org.walarchive.ArchiveException;
import org.walarchive.core.store.ArchiveStore;

/** What people do with an archive, one constant for each. */
enum UseCase {
    PUSH_SEGMENT(Sort.WRITES, WalUseCases::prepareSegment, WalUseCases::pushSegment),
    PUSH_SEGMENT_AGAIN(Sort.WRITES, WalUseCases::prepareArchivedSegment, WalUseCases::pushSegment),
    PUSH_HISTORY(Sort.WRITES, WalUseCases::prepareHistory, WalUseCases::pushHistory),
    PUSH_BACKUP_HISTORY(Sort.WRITES, WalUseCases::prepareBackupHistory, WalUseCases::pushBackupHistory),
    PUSH_FIRST_SEGMENT(Sort.WRITES, WalUseCases::prepareNothing, WalUseCases::pushSegment),
    PUSH_AHEAD(Sort.WRITES, WalUseCases::prepareBacklog, WalUseCases::pushAhead),
    FETCH_SEGMENT(Sort.READS, scene -> {}, WalUseCases::fetchSegment),
    FETCH_OTHER_COMPRESSION(Sort.READS, WalUseCases::prepareOtherCompression, WalUseCases::fetchSegment),
    FETCH_HISTORY(Sort.READS, scene -> {}, WalUseCases::fetchHistory),
    FETCH_ABSENT(Sort.READS, scene -> {}, WalUseCases::fetchAbsent),
    FETCH_ABSENT_HISTORY(Sort.READS, scene -> {}, WalUseCases::fetchAbsentHistory),
    PREFETCH(Sort.READS, WalUseCases::prepareRecovery, WalUseCases::prefetch),
    BACKUP_PUSH(Sort.WRITES, BackupUseCases::preparePush, BackupUseCases::push),
    BACKUP_PUSH_AGAIN(Sort.WRITES, BackupUseCases::preparePushAgain, BackupUseCases::pushAgain),
    BACKUP_LIST(Sort.READS, scene -> {}, BackupUseCases::list),
    BACKUP_FETCH(Sort.READS, scene -> {}, BackupUseCases::fetch),
    BACKUP_FETCH_WITH_RECOVERY(Sort.READS, scene -> {}, BackupUseCases::fetchWithRecovery),
    VERIFY_SHALLOW(Sort.REPORTS, scene -> {}, BackupUseCases::verifyShallow),
    VERIFY_DEEP(Sort.REPORTS, scene -> {}, BackupUseCases::verifyDeep),
    DELETE_BY_COUNT(Sort.DELETES, scene -> {}, RetentionUseCases::deleteByCount),
    DELETE_BY_AGE(Sort.DELETES, scene -> {}, RetentionUseCases::deleteByAge),
    DELETE_BESIDE_KEPT(Sort.DELETES, RetentionUseCases::prepareKept, RetentionUseCases::deleteByCount),
    KEEP(Sort.WRITES, scene -> {}, RetentionUseCases::keep),
    KEEP_AGAIN(Sort.WRITES, RetentionUseCases::prepareKept, RetentionUseCases::keep),
    RELEASE(Sort.WRITES, RetentionUseCases::prepareKept, RetentionUseCases::release);

    private final Sort sort;
    private final Preparation preparation;
    private final Run run;

    /** What a use case may do to an archive, and what its success means. */
    enum Sort {
        /** Changes nothing. */
        READS,
        /** Changes nothing; what is wrong is told as a finding. */
        REPORTS,
        /** Adds objects, and marks. */
        WRITES,
        /** Deletes what its plan says. */
        DELETES
    }

    /** What is there before. */
    @FunctionalInterface
    interface Preparation {
        void in(Scene scene) throws IOException;
    }

    /** Does it. */
    @FunctionalInterface
    interface Run {
        Claim in(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException, IOException;
    }

    /** What a success means. */
    @FunctionalInterface
    interface Truth {
        void require() throws IOException;
    }

    /**
     * What is said by a success.
     *
     * @param says what people are told, without times and durations: the same whenever nothing is wrong
     * @param doubts how many errors and warnings are told
     * @param truth whether it holds, by the store and the disk themselves
     */
    record Claim(String says, long doubts, Truth truth) {}

    UseCase(Sort sort, Preparation preparation, Run run) {
        this.sort = sort;
        this.preparation = preparation;
        this.run = run;
    }

    Sort sort() {
        return sort;
    }

    void prepare(Scene scene) throws IOException {
        preparation.in(scene.load(Template.objects()));
    }

    Claim run(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException, IOException {
        return run.in(scene, archive);
    }
}
