package org.walarchive.store.s3;

import java.util.List;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Takes the secrets that a request had to send out of what a service, or what stands before it, says of the request. */
final class EchoMask implements ExecutionInterceptor {

    private static final List<String> SECRET_HEADERS =
            List.of("x-amz-security-token", "x-amz-server-side-encryption-customer-key");

    @Override
    public Throwable modifyException(Context.FailedExecution context, ExecutionAttributes attributes) {
        if (context.exception() instanceof AwsServiceException answer
                && context.httpRequest().isPresent()) {
            AwsErrorDetails details = answer.awsErrorDetails();
            if (details != null && details.errorMessage() != null) {
                String masked =
                        masked(details.errorMessage(), context.httpRequest().get());
                if (!masked.equals(details.errorMessage())) {
                    return answer.toBuilder()
                            .awsErrorDetails(
                                    details.toBuilder().errorMessage(masked).build())
                            .build();
                }
            }
        }
        return context.exception();
    }

    private static String masked(String message, SdkHttpRequest request) {
        String masked = message;
        for (String header : SECRET_HEADERS) {
            String secret = request.firstMatchingHeader(header).orElse("");
            masked = secret.isEmpty() ? masked : masked.replace(secret, "(secret)");
        }
        return masked;
    }
}
