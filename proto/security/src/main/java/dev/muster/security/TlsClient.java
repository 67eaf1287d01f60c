package dev.muster.security;

import java.util.Optional;

/**
 * How a program that calls speaks TLS.
 *
 * @param serverName the name that the other side's certificate must hold; empty: the address that is called
 */
public record TlsClient(TlsMaterial material, Optional<String> serverName) {}
