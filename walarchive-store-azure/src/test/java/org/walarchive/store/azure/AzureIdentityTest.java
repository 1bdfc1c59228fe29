package org.walarchive.store.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.tck.FaultProxy;
import org.walarchive.store.tck.NetworkFault;
import org.walarchive.store.tck.NetworkFaults;

/** Tokens of Microsoft Entra on the way to the service. */
final class AzureIdentityTest {

    private static BlobStore open(FaultProxy service, TokenServer issuer) throws StoreException {
        return new AzureStoreProvider()
                .open(
                        StoreLocation.parse("wabs://container/dir"),
                        StoreSettings.of(Map.of(
                                "WALARCHIVE_AZURE_ENDPOINT",
                                "http://" + service.address() + "/account",
                                "AZURE_POD_IDENTITY_AUTHORITY_HOST",
                                issuer.url())));
    }

    @Test
    void eachRequestCarriesTheTokenThatWasAskedForOnce() throws Exception {
        NetworkFault success = new NetworkFault.Answer(201, Map.of("ETag", "\"1\"", "x-ms-request-id", "7"), "");
        try (TokenServer issuer = new TokenServer().token("sesame", 3600);
                FaultProxy service = FaultProxy.start("127.0.0.1:1", NetworkFaults.all(success));
                BlobStore store = open(service, issuer)) {
            store.put("a", BlobSource.of(new byte[9]), PutMode.OVERWRITE);
            store.put("b", BlobSource.of(new byte[9]), PutMode.OVERWRITE);
            assertEquals(
                    List.of("Bearer sesame", "Bearer sesame"),
                    service.requests().stream()
                            .map(request -> request.header("authorization").orElse(""))
                            .toList());
            assertEquals(1, issuer.received().size());
        }
    }

    @Test
    void aRefusedTokenIsTheFailureOfTheCallAndNothingIsSent() throws Exception {
        try (TokenServer issuer = new TokenServer()
                        .answer(400, "{\"error\":\"invalid_request\",\"error_description\":\"Identity not found\"}");
                FaultProxy service = FaultProxy.start("127.0.0.1:1", NetworkFaults.none());
                BlobStore store = open(service, issuer)) {
            StoreException failure = assertThrows(StoreException.class, () -> store.get("a"));
            assertEquals(Kind.ACCESS_DENIED, failure.kind());
            assertFalse(failure.hint().isEmpty());
            assertEquals(List.of(), service.requests());
        }
    }
}
