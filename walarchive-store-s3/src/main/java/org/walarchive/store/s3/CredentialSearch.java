package org.walarchive.store.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Tells why the SDK found no credential. Its chain keeps no exceptions, only one long message that says of each place what is
 * wrong with it; here the places that nobody has set up are left out.
 */
final class CredentialSearch {

    private static final Pattern PLACE =
            Pattern.compile("(\\w+)CredentialsProvider\\([^:]*?\\): (.*?)(?=, \\w+CredentialsProvider\\(|\\]?$)");

    /** What is said of a place that is not set up. */
    private static final List<String> NOT_SET_UP = List.of(
            "Access key must be specified either via",
            "Either the environment variable AWS_WEB_IDENTITY_TOKEN_FILE",
            "neither AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "Profile file contained no credentials for profile 'default'");

    /** What is said of a place that could not be asked. */
    private static final List<String> PASSING =
            List.of("Unable to execute HTTP request", "timed out", "Connection refused", "Rate exceeded");

    private CredentialSearch() {}

    /**
     * Makes the exception, if the failure is one of the search.
     *
     * @param action what could not be done for the lack of a credential
     */
    static Optional<StoreException> failure(String action, SdkException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("Failed to load credentials from IMDS")
                && !message.contains("AwsCredentialsProviderChain")) {
            return Optional.of(new StoreException(
                    Kind.UNAVAILABLE,
                    action + ": the instance's metadata service gave no credential",
                    "Is this a machine of EC2 that has a role, and may processes reach its metadata service? From within a"
                            + " container its hop limit must be 2.",
                    null));
        }
        if (!message.contains("Unable to load credentials")) {
            return Optional.empty();
        }
        List<String> reasons = reasons(message);
        boolean passing = reasons.stream().anyMatch(reason -> PASSING.stream().anyMatch(reason::contains));
        return Optional.of(new StoreException(
                passing ? Kind.UNAVAILABLE : Kind.ACCESS_DENIED,
                action + ": no credential was found"
                        + (reasons.isEmpty() ? "" : " (" + String.join("; ", reasons) + ")"),
                "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile by AWS_PROFILE, or let the machine have a"
                        + " role.",
                null));
    }

    private static List<String> reasons(String message) {
        List<String> reasons = new ArrayList<>();
        Matcher places = PLACE.matcher(message);
        while (places.find()) {
            String reason = places.group(2).replaceAll(": ProfileFile\\(.*", "");
            if (NOT_SET_UP.stream().noneMatch(reason::contains)) {
                reasons.add(places.group(1) + ": " + reason);
            }
        }
        return reasons;
    }
}
