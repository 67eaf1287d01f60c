package dev.muster.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority and what it has signed, made with the JDK's keytool, as PEM files in a folder. */
public final class Certificates {

    private static final String PASSWORD = "changeit";

    private final Path folder;
    private final String authority;

    private Certificates(Path folder, String authority) {
        this.folder = folder;
        this.authority = authority;
    }

    /** A new authority; its certificate is {@link #authority}. */
    public static Certificates authority(Path folder, String name) {
        Certificates made = new Certificates(folder, name);
        made.keytool(name, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "bc:c");
        made.keytool(name, "-exportcert", "-rfc", "-file", name + ".pem");
        return made;
    }

    public Path authority() {
        return folder.resolve(authority + ".pem");
    }

    /** A certificate for 127.0.0.1 and its key, signed by the authority. */
    public TlsFiles.Identity issue(String name) {
        return issue(name, "san=ip:127.0.0.1");
    }

    /**
     * A certificate and its key, signed by the authority.
     *
     * @param more of keytool's words: {@code san=dns:NAME} of whom it is for first, then such as {@code -startdate -2d}
     */
    public TlsFiles.Identity issue(String name, String names, String... more) {
        keytool(name, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name);
        keytool(name, "-certreq", "-file", name + ".csr");
        List<String> words = new ArrayList<>(List.of("-gencert", "-rfc", "-infile", name + ".csr"));
        words.addAll(List.of("-outfile", name + ".pem", "-ext", names, "-ext", "eku=serverAuth,clientAuth"));
        words.addAll(List.of(more));
        keytool(authority, words.toArray(String[]::new));
        return new TlsFiles.Identity(folder.resolve(name + ".pem"), writeKey(name));
    }

    private Path writeKey(String name) {
        try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            Key key = store.getKey(name, PASSWORD.toCharArray());
            String pem = "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                    + "\n-----END PRIVATE KEY-----\n";
            return Files.writeString(folder.resolve(name + ".key"), pem);
        } catch (IOException | GeneralSecurityException failure) {
            throw new AssertionError(failure);
        }
    }

    private void keytool(String alias, String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        // It lives for a second: nothing is worth compiling well.
        command.add("-J-XX:TieredStopAtLevel=1");
        command.addAll(List.of(words));
        command.addAll(
                List.of("-alias", alias, "-keystore", alias + ".p12", "-storetype", "PKCS12", "-storepass", PASSWORD));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed: " + output);
            }
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
