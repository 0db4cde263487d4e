/** The ledger's functions on a Fabric peer: a thin skin over the kernel, and its main class. */
package jp.sanchi.chaincode;
