// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.0;

/// A book in which everybody may write a line, once for each transaction.
contract GuestBook {
    event Signed(address indexed guest, string line);

    uint256 public lines;

    function sign(string calldata line) external {
        require(bytes(line).length > 0 && bytes(line).length <= 280, "a line has 1 to 280 bytes");
        lines += 1;
        emit Signed(msg.sender, line);
    }
}
