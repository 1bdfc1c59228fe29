package org.walarchive.store.s3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreSettings;

/** Reads the settings of a store by their names in the environment. A message names a setting; a secret's value is never in it. */
final class SettingsReader {

    static final String ACCESS_KEY_ID = "AWS_ACCESS_KEY_ID";
    static final String SECRET_ACCESS_KEY = "AWS_SECRET_ACCESS_KEY";
    static final String SESSION_TOKEN = "AWS_SESSION_TOKEN";
    static final String SECURITY_TOKEN = "AWS_SECURITY_TOKEN";
    static final String REGION = "AWS_REGION";
    static final String DEFAULT_REGION = "AWS_DEFAULT_REGION";
    static final String INSTANCE_PROFILE = "AWS_INSTANCE_PROFILE";
    static final String PROFILE = "AWS_PROFILE";
    static final String ENDPOINT = "WALE_S3_ENDPOINT";
    static final String STORAGE_CLASS = "WALE_S3_STORAGE_CLASS";
    static final String SSE = "WALARCHIVE_S3_SSE";
    static final String SSE_KMS_KEY_ID = "WALARCHIVE_S3_SSE_KMS_KEY_ID";
    static final String SSE_C_KEY = "WALARCHIVE_S3_SSE_C_KEY";
    static final String SSE_C_KEY_FILE = "WALARCHIVE_S3_SSE_C_KEY_FILE";
    static final String ACL = "WALARCHIVE_S3_ACL";
    static final String TAGS = "WALARCHIVE_S3_TAGS";
    static final String REQUESTER_PAYS = "WALARCHIVE_S3_REQUESTER_PAYS";
    static final String CA_FILE = "WALARCHIVE_S3_CA_FILE";
    static final String IF_ABSENT = "WALARCHIVE_S3_IF_ABSENT";
    static final String CONNECT_TIMEOUT = "WALARCHIVE_S3_CONNECT_TIMEOUT";
    static final String READ_TIMEOUT = "WALARCHIVE_S3_READ_TIMEOUT";

    /** Not in the environment: for tests of this package. */
    static final String PART_SIZE = "walarchive.s3.part-size";

    /** Not in the environment: for tests of this package. */
    static final String PAGE_SIZE = "walarchive.s3.page-size";

    static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
    static final Duration DEFAULT_READ_TIMEOUT = Duration.ofSeconds(25);
    static final int DEFAULT_PART_SIZE_BYTES = 8 << 20;
    static final int DEFAULT_PAGE_SIZE = 1000;

    /** Objects of these cannot be read back, which wal-push does to tell a repetition from a conflict. */
    private static final Set<String> FROZEN_CLASSES = Set.of("GLACIER", "DEEP_ARCHIVE");

    private final StoreSettings settings;

    private SettingsReader(StoreSettings settings) {
        this.settings = settings;
    }

    /**
     * Reads all settings.
     *
     * @throws StoreException of kind INVALID naming the setting that is wrong or missing
     */
    static S3Config read(StoreSettings settings) throws StoreException {
        return new SettingsReader(settings).read();
    }

    private S3Config read() throws StoreException {
        Optional<S3Endpoint> endpoint = settings.get(ENDPOINT, S3Endpoint::parse);
        return new S3Config(
                endpoint,
                settings.get(REGION)
                        .or(() -> settings.get(DEFAULT_REGION))
                        .or(() -> endpoint.flatMap(S3Endpoint::region)),
                accessKey(),
                settings.get(INSTANCE_PROFILE, SettingsReader::flag).orElse(false),
                settings.get(PROFILE),
                settings.get(STORAGE_CLASS, SettingsReader::storageClass),
                encryption(),
                settings.get(ACL),
                settings.get(TAGS, ObjectTags::parse).map(ObjectTags::header),
                settings.get(REQUESTER_PAYS, SettingsReader::flag).orElse(false),
                settings.get(CA_FILE, Path::of),
                settings.get(IF_ABSENT, SettingsReader::ifAbsent)
                        .orElse(endpoint.map(S3Endpoint::isAws).orElse(true) ? IfAbsent.ATOMIC : IfAbsent.LOOK_FIRST),
                settings.timeout(CONNECT_TIMEOUT).orElse(DEFAULT_CONNECT_TIMEOUT),
                settings.timeout(READ_TIMEOUT).orElse(DEFAULT_READ_TIMEOUT),
                settings.get(PART_SIZE, Integer::parseInt).orElse(DEFAULT_PART_SIZE_BYTES),
                settings.get(PAGE_SIZE, Integer::parseInt).orElse(DEFAULT_PAGE_SIZE));
    }

    private Optional<AccessKey> accessKey() throws StoreException {
        Optional<String> id = settings.get(ACCESS_KEY_ID);
        Optional<String> secret = settings.get(SECRET_ACCESS_KEY);
        if (id.isPresent() != secret.isPresent()) {
            String missing = id.isPresent() ? SECRET_ACCESS_KEY : ACCESS_KEY_ID;
            throw invalid(
                    missing + " is not set, but " + (id.isPresent() ? ACCESS_KEY_ID : SECRET_ACCESS_KEY) + " is",
                    "Set both or none of them.",
                    null);
        }
        return id.map(name -> new AccessKey(
                name, secret.orElseThrow(), settings.get(SESSION_TOKEN).or(() -> settings.get(SECURITY_TOKEN))));
    }

    private Encryption encryption() throws StoreException {
        Optional<byte[]> customerKey = customerKey();
        if (customerKey.isPresent()) {
            if (settings.get(SSE).isPresent()) {
                throw invalid(SSE + " is set beside a customer's key", "Unset one of them.", null);
            }
            return Encryption.customerKey(customerKey.get());
        }
        Optional<String> kmsKeyId = settings.get(SSE_KMS_KEY_ID);
        if (kmsKeyId.isEmpty() && settings.get(SSE).isEmpty()) {
            return Encryption.AS_WAL_E;
        }
        String algorithm = settings.get(SSE).orElse("aws:kms");
        if (kmsKeyId.isPresent() && !algorithm.equals("aws:kms")) {
            throw invalid(SSE_KMS_KEY_ID + " is set, but " + SSE + " is " + algorithm, "Set it to aws:kms.", null);
        }
        return switch (algorithm) {
            case "AES256" -> Encryption.SERVICE_KEY;
            case "aws:kms" -> Encryption.kms(kmsKeyId);
            case "none" -> Encryption.NONE;
            default ->
                throw invalid(
                        SSE + " \"" + algorithm + "\" cannot be read", "It is one of AES256, aws:kms and none.", null);
        };
    }

    private Optional<byte[]> customerKey() throws StoreException {
        Optional<String> file = settings.get(SSE_C_KEY_FILE);
        if (settings.get(SSE_C_KEY).isPresent()) {
            if (file.isPresent()) {
                throw invalid(SSE_C_KEY + " and " + SSE_C_KEY_FILE + " are both set", "Unset one of them.", null);
            }
            return Optional.of(checkedKey(SSE_C_KEY, settings.get(SSE_C_KEY).get()));
        }
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(checkedKey(SSE_C_KEY_FILE, Files.readString(Path.of(file.get()))));
        } catch (IOException e) {
            throw invalid(
                    SSE_C_KEY_FILE + " " + file.get() + " cannot be read", "Can the user that archives read it?", e);
        }
    }

    private static byte[] checkedKey(String name, String base64) throws StoreException {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(base64.strip());
        } catch (IllegalArgumentException e) {
            // Its message may show a character of the key.
            throw invalid(name + " does not hold base64", "Such a key is made by: openssl rand -base64 32", null);
        }
        try {
            Encryption.customerKey(key);
            return key;
        } catch (IllegalArgumentException e) {
            throw invalid(name + ": " + e.getMessage(), "Such a key is made by: openssl rand -base64 32", null);
        }
    }

    /** As WAL-E reads {@code AWS_INSTANCE_PROFILE}. */
    private static boolean flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new IllegalArgumentException("\"" + text + "\" is neither true nor false");
        };
    }

    private static String storageClass(String text) {
        if (FROZEN_CLASSES.contains(text)) {
            throw new IllegalArgumentException(
                    "objects of class " + text
                            + " cannot be read back at once, which archiving needs; let a rule of the bucket move base backups");
        }
        return text;
    }

    private static IfAbsent ifAbsent(String text) {
        return switch (text) {
            case "atomic" -> IfAbsent.ATOMIC;
            case "look-first" -> IfAbsent.LOOK_FIRST;
            default -> throw new IllegalArgumentException("\"" + text + "\" is neither atomic nor look-first");
        };
    }

    private static StoreException invalid(String message, String hint, @Nullable Exception cause) {
        return new StoreException(Kind.INVALID, message, hint, cause);
    }
}
