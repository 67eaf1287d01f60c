package dev.muster.security;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * What we show, as the files hold it at each handshake. The names it gives are generations: a handshake that has begun with one
 * ends with it, even when the files are renewed in between.
 */
final class RenewedIdentity extends X509ExtendedKeyManager {

    private final Renewed<Pem.KeyPair> files;
    private Pem.KeyPair present;
    private Pem.@Nullable KeyPair before;
    private int generation = 1;

    RenewedIdentity(Renewed<Pem.KeyPair> files) {
        this.files = files;
        this.present = files.now();
    }

    private synchronized String latest() {
        Pem.KeyPair now = files.now();
        if (!now.equals(present)) {
            before = present;
            present = now;
            generation++;
        }
        return Integer.toString(generation);
    }

    private synchronized Pem.@Nullable KeyPair of(String name) {
        return name.equals(Integer.toString(generation)) ? present : before;
    }

    /** Whether the key is of a kind that is asked for; the JDK asks for one kind after the other. */
    private @Nullable String chosen(List<String> kinds) {
        String name = latest();
        Pem.KeyPair pair = of(name);
        return pair != null && kinds.contains(pair.key().getAlgorithm()) ? name : null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] kinds, Principal @Nullable [] issuers, @Nullable Socket connection) {
        return chosen(List.of(kinds));
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] kinds, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return chosen(List.of(kinds));
    }

    @Override
    public @Nullable String chooseServerAlias(
            String kind, Principal @Nullable [] issuers, @Nullable Socket connection) {
        return chosen(List.of(kind));
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String kind, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return chosen(List.of(kind));
    }

    @Override
    public String @Nullable [] getClientAliases(String kind, Principal @Nullable [] issuers) {
        return aliases(kind);
    }

    @Override
    public String @Nullable [] getServerAliases(String kind, Principal @Nullable [] issuers) {
        return aliases(kind);
    }

    private String @Nullable [] aliases(String kind) {
        String name = chosen(List.of(kind));
        return name == null ? null : new String[] {name};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String name) {
        Pem.KeyPair pair = of(name);
        return pair == null ? null : pair.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String name) {
        Pem.KeyPair pair = of(name);
        return pair == null ? null : pair.key();
    }
}
