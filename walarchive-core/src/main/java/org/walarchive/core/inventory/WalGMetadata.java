package org.walarchive.core.inventory;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.WalGRecord;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.BlobContent;
import org.walarchive.store.StoreException;

/**
 * Reads what WAL-G keeps of a backup beside its sentinel: JSON with an entry for each file, of which nothing but the wanted is kept
 * in memory.
 */
public final class WalGMetadata {

    private static final Logger LOG = LoggerFactory.getLogger(WalGMetadata.class);

    /** The names of fields are paths of files, a million of them: none is worth remembering. */
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    /** A partition is a gigabyte, as a rule. */
    private static final int MAX_PARTITIONS = 1_000_000;

    private final ArchiveStore archive;
    private final BackupName backup;

    /** Makes a reader for a backup. */
    public WalGMetadata(ArchiveStore archive, BackupName backup) {
        this.archive = archive;
        this.backup = backup;
    }

    /** Reads something of an object. */
    @FunctionalInterface
    private interface Reading<T> {
        T of(JsonParser json) throws IOException;
    }

    /**
     * Returns the names of the partitions that files were put into.
     *
     * @return empty if they were not recorded, as in remote backups, or cannot be read, which is logged
     */
    public Optional<Set<String>> partitions(WalGRecord record) throws ArchiveException, InterruptedException {
        if (record.partitions().isPresent()) {
            return record.partitions();
        }
        try {
            return read(ArchiveLayout.walGFiles(backup), WalGMetadata::partitions)
                    .filter(names -> !names.isEmpty() && names.size() < MAX_PARTITIONS);
        } catch (CorruptArchiveException e) {
            LOG.warn("{}: {}", e.getMessage(), e.detail().orElse(""));
            return Optional.empty();
        }
    }

    /** Tells whether the backup was marked as permanent; where that cannot be found out, it counts as marked. */
    public boolean isPermanent(WalGRecord record) throws ArchiveException, InterruptedException {
        return isPermanent(record.permanent(), record.permanent());
    }

    /** Does the same where the sentinel cannot be read: what is not said where it should be counts as marked. */
    public boolean isPermanent() throws ArchiveException, InterruptedException {
        return isPermanent(false, true);
    }

    private boolean isPermanent(boolean ifAbsent, boolean ifNotSaid) throws ArchiveException, InterruptedException {
        try {
            return read(ArchiveLayout.walGMetadata(backup), WalGMetadata::permanence)
                    .map(said -> said.orElse(ifNotSaid))
                    .orElse(ifAbsent);
        } catch (CorruptArchiveException e) {
            LOG.warn("{}: {}", e.getMessage(), e.detail().orElse(""));
            return true;
        }
    }

    private <T> Optional<T> read(String key, Reading<T> reading) throws ArchiveException, InterruptedException {
        try {
            return Optional.of(archive.retry().call("read of " + key, () -> {
                try (BlobContent content = archive.direct().get(key);
                        JsonParser json = JSON.createParser(content.stream())) {
                    return reading.of(json);
                }
            }));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw ArchiveStore.failure("read of " + key, e);
        } catch (JsonProcessingException e) {
            throw new CorruptArchiveException(
                    "object " + archive.locate(key) + " cannot be read", e.getOriginalMessage(), null, e);
        } catch (IOException e) {
            throw ArchiveStore.failure(
                    "read of " + key,
                    new StoreException(StoreException.Kind.UNAVAILABLE, "read of " + key + " failed", null, e));
        }
    }

    private static Set<String> partitions(JsonParser json) throws IOException {
        Set<String> names = new HashSet<>();
        if (goTo(json, "TarFileSets") && json.currentToken() == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME && names.size() < MAX_PARTITIONS) {
                names.add(json.currentName());
                json.nextToken();
                json.skipChildren();
            }
        }
        names.remove(""); // what WAL-G records below PostgreSQL 9.6
        return names;
    }

    private static Optional<Boolean> permanence(JsonParser json) throws IOException {
        return goTo(json, "is_permanent") && json.currentToken().isBoolean()
                ? Optional.of(json.getBooleanValue())
                : Optional.empty();
    }

    /** Goes to the value of a field of the outermost object; false at the object's end. */
    private static boolean goTo(JsonParser json, String field) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new com.fasterxml.jackson.core.JsonParseException(json, "it is not a JSON object");
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = json.currentName().equals(field);
            json.nextToken();
            if (wanted) {
                return true;
            }
            json.skipChildren();
        }
        return false;
    }
}
