package org.walarchive.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;

final class NoTrustTest {

    private static final X509Certificate[] CHAIN = {};

    @Test
    void nobodyIsTrusted() {
        NoTrust none = new NoTrust();
        assertThrows(CertificateException.class, () -> none.checkServerTrusted(CHAIN, "ECDHE_RSA"));
        assertThrows(CertificateException.class, () -> none.checkClientTrusted(CHAIN, "ECDHE_RSA"));
        assertEquals(0, none.getAcceptedIssuers().length);
    }
}
