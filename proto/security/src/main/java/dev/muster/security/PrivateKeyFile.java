package dev.muster.security;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in PEM as the TLS library takes it, which is PKCS#8. RSA keys of the older form PKCS#1, as Helm, kubeadm
 * and Go's tools write them, are put into it: PKCS#8 is the very same key behind a header.
 */
public final class PrivateKeyFile {

    private static final Pattern RSA =
            Pattern.compile("-----BEGIN RSA PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END RSA PRIVATE KEY-----");
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    /** Version 0, and the algorithm rsaEncryption (1.2.840.113549.1.1.1) without parameters. */
    private static final byte[] VERSION_AND_ALGORITHM = {
        0x02,
        0x01,
        0x00,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };

    private PrivateKeyFile() {}

    /** The file's text, in PKCS#8 where that can be had; anything else is left for the library to judge. */
    public static InputStream open(Path file) throws IOException {
        return new ByteArrayInputStream(
                pkcs8(Files.readString(file, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String pkcs8(String text) {
        Matcher key = RSA.matcher(text);
        return key.find() ? wrapped(key.group(1)) : text;
    }

    /**
     * The key in a PEM text.
     *
     * @throws InvalidKeySpecException where there is none that can be used
     */
    static PrivateKey parse(String text) throws InvalidKeySpecException {
        Matcher key = PKCS8.matcher(pkcs8(text));
        if (!key.find()) {
            throw new InvalidKeySpecException(
                    "there is no PRIVATE KEY in it; it must be in PEM, in PKCS#8 or an RSA key, without a password");
        }
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1)));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException | NoSuchAlgorithmException otherAlgorithm) {
                // The next one may fit.
            }
        }
        throw new InvalidKeySpecException(
                "its key is of no kind that is known here (" + String.join(", ", ALGORITHMS) + "); make another");
    }

    private static String wrapped(String base64) {
        byte[] key = Base64.getMimeDecoder().decode(base64);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(VERSION_AND_ALGORITHM);
        content.writeBytes(element(OCTET_STRING, key));
        byte[] whole = element(SEQUENCE, content.toByteArray());
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(whole)
                + "\n-----END PRIVATE KEY-----\n";
    }

    /** Tag, length, content; keys are longer than the short form of a length can say. */
    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        element.write(0x82);
        element.write(content.length >> 8);
        element.write(content.length);
        element.writeBytes(content);
        return element.toByteArray();
    }
}
