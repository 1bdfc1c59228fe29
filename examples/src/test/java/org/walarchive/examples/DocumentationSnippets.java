package org.walarchive.examples;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.BackupPushRequest;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionResult;
import org.walarchive.Encryption;
import org.walarchive.WalArchive;
import org.walarchive.agent.AgentRequest;
import org.walarchive.agent.ArchiveAgent;
import org.walarchive.drill.DrillReport;
import org.walarchive.drill.DrillRequest;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.azure.AzureStoreProvider;
import org.walarchive.store.gcs.GcsStoreProvider;
import org.walarchive.store.s3.S3StoreProvider;
import org.walarchive.store.swift.SwiftStoreProvider;

/** The Java in the documentation that is in no example: {@link SnippetsTest} holds one against the other. Compiled, and never run. */
abstract class DocumentationSnippets {

    abstract void alert(BackupName backup, ArchiveException cause);

    /** docs/drill.md. */
    void drill(WalArchive archive) throws ArchiveException, InterruptedException {
        DrillRequest request =
                DrillRequest.builder().query("SELECT count(*) FROM orders").build();
        DrillReport report = archive.drills().run(request);
        if (report.failure().isPresent()) {
            alert(report.backup(), report.failure().get().cause());
        }
    }

    /** docs/agent.md. */
    void agent(WalArchive archive, Path dataDirectory, CountDownLatch serverStopped)
            throws ArchiveException, InterruptedException {
        AgentRequest request = AgentRequest.builder(dataDirectory).threads(4).build();
        try (ArchiveAgent agent = archive.agent(request)) {
            agent.start();
            serverStopped.await();
        }
    }

    /** docs/retention.md. */
    DeletionResult retention(WalArchive archive) throws ArchiveException, InterruptedException {
        DeletionPlan plan = archive.retention().plan(new DeletionPolicy.Retain(7));
        plan.forEach(decision -> System.out.println(decision.key() + ": " + decision.explanation()));
        DeletionResult result = archive.retention().execute(plan);
        return result;
    }

    /** docs/encryption.md. */
    WalArchive encryption(String location) throws ArchiveException {
        Encryption encryption = Encryption.builder()
                .recipients("D9E860722127DF061A49BA321C4EE2DE4253A745")
                .publicKeyFile(Path.of("/etc/walarchive/archive.public.asc"))
                .build();
        WalArchive archive = WalArchive.open(
                ArchiveConfig.builder(location).encryption(encryption).build());
        return archive;
    }

    /** docs/stores/azure.md. */
    BlobStoreProvider azure() {
        BlobStoreProvider provider = AzureStoreProvider.builder()
                .account("account")
                .managedIdentity()
                .build();
        return provider;
    }

    /** docs/stores/gcs.md. */
    BlobStoreProvider gcs() {
        BlobStoreProvider provider = GcsStoreProvider.builder()
                .credentialsFile(Path.of("/etc/walarchive/key.json"))
                .build();
        return provider;
    }

    /** docs/stores/s3.md. */
    BlobStoreProvider s3() {
        BlobStoreProvider provider =
                S3StoreProvider.builder().region("eu-central-1").build();
        return provider;
    }

    /** docs/stores/swift.md. */
    BlobStoreProvider swift(String url, String password) {
        BlobStoreProvider provider = SwiftStoreProvider.builder()
                .authUrl(url)
                .authVersion("3")
                .user("archiver")
                .password(password)
                .tenant("backups")
                .build();
        return provider;
    }

    /** A bar of somebody's, for docs/terminal.md. */
    interface Bar {
        void set(long bytes, OptionalLong totalBytes);
    }

    /** docs/terminal.md. */
    BackupPushRequest progress(Path dataDirectory, Bar bar) {
        BackupPushRequest request = BackupPushRequest.builder(dataDirectory)
                .progress(progress -> bar.set(progress.bytes(), progress.totalBytes()))
                .build();
        return request;
    }
}
