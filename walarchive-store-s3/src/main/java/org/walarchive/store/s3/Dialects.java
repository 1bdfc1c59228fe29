package org.walarchive.store.s3;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Finds out which dialect the service understands: a request that is refused for no reason that would be its own is sent
 * again with less, and what is taken is remembered and said once. Amazon's service is never asked for less.
 */
final class Dialects {

    private static final Logger log = LoggerFactory.getLogger(Dialects.class);

    private final S3Bucket bucket;
    private final boolean mayDropCrc;
    private final boolean mayDropConditional;
    private volatile Dialect current = Dialect.FULL;

    Dialects(S3Bucket bucket, S3Config config) {
        this.bucket = bucket;
        this.mayDropCrc = !config.isAws();
        this.mayDropConditional = config.ifAbsent() == IfAbsent.LOOK_FIRST;
    }

    /**
     * Sends a request.
     *
     * @param conditional whether the request has a condition
     * @param request sends it in a dialect; may be called several times
     * @throws software.amazon.awssdk.core.exception.SdkException the first failure, if no dialect helps
     */
    <T> T call(boolean conditional, Function<Dialect, T> request) {
        Dialect first = current;
        try {
            return request.apply(first);
        } catch (AwsServiceException e) {
            if (!S3Errors.isRefusal(e)) {
                throw e;
            }
            for (Dialect lesser : lesser(first, conditional)) {
                try {
                    T result = request.apply(lesser);
                    adopt(lesser, e);
                    return result;
                } catch (AwsServiceException again) {
                    if (!S3Errors.isRefusal(again)) {
                        adoptIfUnderstood(lesser, again, e);
                        throw again;
                    }
                }
            }
            throw e;
        }
    }

    /** A request whose condition was not met, for one, was understood. */
    private void adoptIfUnderstood(Dialect lesser, AwsServiceException answer, AwsServiceException refusal) {
        if (answer.statusCode() < 500) {
            adopt(lesser, refusal);
        }
    }

    private Set<Dialect> lesser(Dialect dialect, boolean conditional) {
        Set<Dialect> lesser = new LinkedHashSet<>();
        boolean dropConditional = conditional && mayDropConditional;
        if (mayDropCrc) {
            lesser.add(new Dialect(false, dialect.conditional()));
        }
        if (dropConditional) {
            lesser.add(new Dialect(dialect.crc(), false));
        }
        if (mayDropCrc && dropConditional) {
            lesser.add(new Dialect(false, false));
        }
        lesser.remove(dialect);
        return lesser;
    }

    private synchronized void adopt(Dialect lesser, AwsServiceException refusal) {
        if (!current.equals(lesser)) {
            current = lesser;
            log.atWarn()
                    .addKeyValue("prefix", bucket)
                    .addKeyValue("refused", lesser.missing())
                    .log("the service does without {}: {}", lesser.missing(), S3Errors.describe(refusal));
        }
    }
}
