package org.walarchive.store.s3;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Finds out which dialect the service understands: a request that is refused for no reason that would be its own is sent
 * again with less, and what is taken is remembered and said once. Amazon's service is never asked for less, and no service
 * for less than what a setting asks for.
 */
final class Dialects {

    private static final Logger log = LoggerFactory.getLogger(Dialects.class);

    private final S3Bucket bucket;
    private final Set<Extension> optional = EnumSet.noneOf(Extension.class);
    private volatile Dialect current = Dialect.FULL;

    Dialects(S3Bucket bucket, S3Config config) {
        this.bucket = bucket;
        if (!config.isAws()) {
            optional.add(Extension.CRC32C);
            optional.add(Extension.WHOLE_CRC32C);
            if (config.ifAbsent() == IfAbsent.LOOK_FIRST) {
                optional.add(Extension.CONDITION);
            }
            if (config.encryption() == Encryption.AS_WAL_E) {
                optional.add(Extension.ENCRYPTION);
            }
        }
    }

    /**
     * Sends a request.
     *
     * @param used the extensions that the request has
     * @param request sends it in a dialect; may be called several times
     * @throws software.amazon.awssdk.core.exception.SdkException the first failure, if no dialect helps
     */
    <T> T call(Set<Extension> used, Function<Dialect, T> request) {
        Dialect first = current;
        try {
            return request.apply(first);
        } catch (AwsServiceException e) {
            if (!S3Errors.isRefusal(e)) {
                throw e;
            }
            for (Set<Extension> dropped : droppable(used, first)) {
                try {
                    T result = request.apply(first.without(dropped));
                    drop(dropped, e);
                    return result;
                } catch (AwsServiceException again) {
                    if (!S3Errors.isRefusal(again)) {
                        dropIfUnderstood(dropped, again, e);
                        throw again;
                    }
                }
            }
            throw e;
        }
    }

    /** Returns what may be left out, the least first. */
    private List<Set<Extension>> droppable(Set<Extension> used, Dialect dialect) {
        List<Set<Extension>> subsets = new ArrayList<>(List.of(EnumSet.noneOf(Extension.class)));
        for (Extension extension : Extension.values()) {
            if (used.contains(extension) && optional.contains(extension) && dialect.has(extension)) {
                for (Set<Extension> subset : List.copyOf(subsets)) {
                    Set<Extension> larger = EnumSet.of(extension);
                    larger.addAll(subset);
                    subsets.add(larger);
                }
            }
        }
        subsets.remove(0);
        subsets.sort(Comparator.comparingInt(Set::size));
        return subsets;
    }

    /** A request whose condition was not met, for one, was understood. */
    private void dropIfUnderstood(Set<Extension> dropped, AwsServiceException answer, AwsServiceException refusal) {
        if (answer.statusCode() < 500) {
            drop(dropped, refusal);
        }
    }

    private synchronized void drop(Set<Extension> dropped, AwsServiceException refusal) {
        Dialect lesser = current.without(dropped);
        if (!current.equals(lesser)) {
            current = lesser;
            log.atWarn()
                    .addKeyValue("prefix", bucket)
                    .addKeyValue("refused", dropped)
                    .log("the service does without {}: {}", dropped, S3Errors.describe(refusal));
        }
    }
}
