package org.walarchive.store.azure;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.tck.NetworkFault.Answer;
import org.walarchive.store.tck.NetworkFaultContract;
import org.walarchive.store.tck.ProxiedRequest;

/** The contract with a bad network, on Azurite. */
@EnabledIfEnvironmentVariable(named = Azurite.VARIABLE, matches = ".+", disabledReason = Azurite.DISABLED)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class AzuriteFaultIT extends NetworkFaultContract {

    private static final int BLOCK = 256 << 10;

    private final String container = Azurite.makeContainer();

    @Override
    protected String upstream() {
        return Azurite.address().getAuthority();
    }

    @Override
    protected BlobStore open(int port, Duration readTimeout) throws StoreException {
        return Azurite.open(
                Azurite.provider(port)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .readTimeout(readTimeout)
                        .set(SettingsReader.BLOCK_SIZE, String.valueOf(BLOCK)),
                container);
    }

    @Override
    protected int largeSizeBytes() {
        return 5 * BLOCK + 23_000;
    }

    @Override
    protected boolean makesVisible(ProxiedRequest request) {
        return request.method().equals("PUT") && !request.is("PUT", "comp=block&");
    }

    @Override
    protected Answer error(int status, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/xml");
        all.put("x-ms-request-id", "d1f0a5a3-001e-0047-0b5b-5cd9c0000000");
        all.put("x-ms-error-code", "Scripted");
        return new Answer(
                status,
                all,
                "\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>Scripted</Code><Message>as the test says</Message>"
                        + "</Error>");
    }
}
