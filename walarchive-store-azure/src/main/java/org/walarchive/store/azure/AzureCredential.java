package org.walarchive.store.azure;

import com.azure.core.credential.AzureSasCredential;
import com.azure.core.credential.TokenCredential;
import com.azure.core.http.policy.AzureSasCredentialPolicy;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.storage.common.StorageSharedKeyCredential;
import com.azure.storage.common.policy.StorageSharedKeyCredentialPolicy;

/** Who asks the service. {@code toString} prints no secret. */
sealed interface AzureCredential {

    /** Returns what puts the credential on a request. */
    HttpPipelinePolicy policy();

    /** The key of an account, which may do everything in it. */
    record AccountKey(String account, String key) implements AzureCredential {
        @Override
        public HttpPipelinePolicy policy() {
            return new StorageSharedKeyCredentialPolicy(new StorageSharedKeyCredential(account, key));
        }

        @Override
        public String toString() {
            return "key of account " + account;
        }
    }

    /** A shared access signature. */
    record Signature(String token) implements AzureCredential {
        @Override
        public HttpPipelinePolicy policy() {
            // Whether TLS is needed the signature itself says.
            return new AzureSasCredentialPolicy(new AzureSasCredential(token), false);
        }

        @Override
        public String toString() {
            return "shared access signature";
        }
    }

    /** An identity of Microsoft Entra. */
    record Identity(TokenCredential tokens) implements AzureCredential {
        @Override
        public HttpPipelinePolicy policy() {
            return new BearerPolicy(tokens);
        }

        @Override
        public String toString() {
            return "identity of Microsoft Entra";
        }
    }
}
