package dev.muster.agent.device;

/**
 * An accelerator of this host.
 *
 * @param index its number on this host, as the vendor's tools count
 * @param id its lasting identity, such as a UUID
 * @param type as {@code acceleratorType} in job files
 * @param busId as {@code 0000:3b:00.0}; empty when unknown
 */
public record Device(int index, String id, Vendor vendor, String type, long memoryBytes, String busId) {}
