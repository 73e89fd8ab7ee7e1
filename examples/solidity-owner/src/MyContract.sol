// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

interface Registry {
    function set(bytes32 key, address subject, bytes32 value) external;
}

/// A contract with an identity of its own: it registers the document that names the key which signs for it.
contract MyContract {
    address public immutable owner;
    Registry public immutable registry;

    error OnlyOwner();

    constructor(Registry _registry) {
        owner = msg.sender;
        registry = _registry;
    }

    /// @param hash the SHA-256 digest inside the document's IPFS hash: 32 bytes, without the multihash's `12 20`
    function setIdentityDoc(bytes32 hash) external {
        // Only the owner may. There could of course be more advanced governance here.
        if (msg.sender != owner) revert OnlyOwner();
        registry.set("uPortProfileIPFS1220", address(this), hash);
    }
}
