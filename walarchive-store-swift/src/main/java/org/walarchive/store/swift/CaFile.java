package org.walarchive.store.swift;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/**
 * The certificates to trust, of a file.
 *
 * @param socketFactory makes connections that trust them
 * @param trustManager trusts them
 */
record CaFile(SSLSocketFactory socketFactory, X509TrustManager trustManager) {

    /**
     * Reads a file.
     *
     * @throws StoreException of kind INVALID if it holds no certificate
     */
    static CaFile read(Path file) throws StoreException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + store.size(), certificate);
            }
            if (store.size() == 0) {
                throw unreadable(file, "it holds no certificate");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return new CaFile(context.getSocketFactory(), x509(factory.getTrustManagers()));
        } catch (StoreException e) {
            throw e;
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(file, String.valueOf(e.getMessage()));
        }
    }

    private static X509TrustManager x509(TrustManager[] managers) {
        for (TrustManager manager : managers) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new IllegalStateException("this Java has no trust manager for X.509 certificates");
    }

    private static StoreException unreadable(Path file, String reason) {
        return new StoreException(
                Kind.INVALID,
                SettingsReader.CA_FILE + " " + file + " cannot be read: " + reason,
                "It is a PEM file of one or more certificates.",
                null);
    }
}
