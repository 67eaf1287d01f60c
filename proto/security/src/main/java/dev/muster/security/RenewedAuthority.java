package dev.muster.security;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whom we trust, as the file says at each handshake. */
final class RenewedAuthority extends X509ExtendedTrustManager {

    private final Renewed<X509ExtendedTrustManager> files;

    RenewedAuthority(Renewed<X509ExtendedTrustManager> files) {
        this.files = files;
    }

    /** Trusts what these have signed, and these themselves. */
    static X509ExtendedTrustManager trusting(List<X509Certificate> anchors) throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < anchors.size(); i++) {
                store.setCertificateEntry(Integer.toString(i), anchors.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager made : factory.getTrustManagers()) {
                if (made instanceof X509ExtendedTrustManager ours) {
                    return ours;
                }
            }
            throw new GeneralSecurityException("this Java cannot check certificates; use another");
        } catch (IOException impossible) {
            throw new GeneralSecurityException(impossible);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket connection)
            throws CertificateException {
        files.now().checkClientTrusted(chain, kind, connection);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, Socket connection)
            throws CertificateException {
        files.now().checkServerTrusted(chain, kind, connection);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        files.now().checkClientTrusted(chain, kind, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        files.now().checkServerTrusted(chain, kind, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        files.now().checkClientTrusted(chain, kind);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        files.now().checkServerTrusted(chain, kind);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return files.now().getAcceptedIssuers();
    }
}
