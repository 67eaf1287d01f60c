package dev.muster.security;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.util.List;

/** Certificates and keys out of PEM texts; problems name the file that the text came from. */
final class Pem {

    private Pem() {}

    /** A certificate, those of the authorities behind it, and its key. */
    record KeyPair(List<X509Certificate> chain, PrivateKey key) {}

    /** All certificates in their order, at least one. */
    static List<X509Certificate> certificates(Path file, String text) throws TlsProblem {
        try {
            List<X509Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!text.contains("-----BEGIN ") || found.isEmpty()) {
                throw new CertificateException("there is no CERTIFICATE in it; it must be in PEM");
            }
            return found;
        } catch (CertificateException nonsense) {
            throw Renewed.unusable(file, nonsense);
        }
    }

    /** What belongs together: of two files that are being replaced one may already be new. */
    static KeyPair keyPair(TlsFiles.Identity files, String certificates, String key) throws TlsProblem {
        List<X509Certificate> chain = certificates(files.certificate(), certificates);
        try {
            PrivateKey privateKey = PrivateKeyFile.parse(key);
            if (!belongTogether(chain.get(0), privateKey)) {
                throw new InvalidKeySpecException(
                        "it is not the key of " + files.certificate() + "; give the one that belongs to it");
            }
            return new KeyPair(chain, privateKey);
        } catch (GeneralSecurityException nonsense) {
            throw Renewed.unusable(files.key(), nonsense);
        }
    }

    private static boolean belongTogether(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        String kind = certificate.getPublicKey().getAlgorithm();
        if (!kind.equals(key.getAlgorithm())) {
            return false;
        }
        String algorithm = switch (kind) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "EdDSA";
        };
        byte[] anything = {1, 2, 3, 4};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(anything);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(anything);
        return signature.verify(signed);
    }
}
