package org.walarchive.store.support;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.walarchive.stability.Experimental;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** The certificates of a PEM file, which are trusted instead of those that Java brings. */
@Experimental
public final class CertificateFile {

    private final TrustManager[] trustManagers;

    private CertificateFile(TrustManager[] trustManagers) {
        this.trustManagers = trustManagers;
    }

    /**
     * Reads a file.
     *
     * @param setting the setting that names it, for messages
     * @param file the file
     * @return its certificates
     * @throws StoreException of kind INVALID if it cannot be read, or holds none
     */
    public static CertificateFile read(String setting, Path file) throws StoreException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + store.size(), certificate);
            }
            if (store.size() == 0) {
                throw unreadable(setting, file, "it holds no certificate");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return new CertificateFile(factory.getTrustManagers());
        } catch (StoreException e) {
            throw e;
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(setting, file, String.valueOf(e.getMessage()));
        }
    }

    private static StoreException unreadable(String setting, Path file, String reason) {
        return new StoreException(
                Kind.INVALID,
                setting + " " + file + " cannot be read: " + reason,
                "It is a PEM file of one or more certificates.",
                null);
    }

    /**
     * Returns what trusts these certificates and no others.
     *
     * @return the managers
     */
    public TrustManager[] trustManagers() {
        return trustManagers.clone();
    }

    /**
     * Returns the one of the managers for X.509 certificates, as some clients want it.
     *
     * @return the manager
     */
    public X509TrustManager x509TrustManager() {
        return Arrays.stream(trustManagers)
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this Java has no trust manager for X.509 certificates"));
    }

    /**
     * Makes a context of TLS that trusts them.
     *
     * @return a new context
     */
    public SSLContext sslContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trustManagers, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }
}
