package publiclog

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/api/layout"
	"github.com/transparency-dev/tessera/client"
	sumnote "golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/crosscheck/office"
	"github.com/rogatory/rogatory/ledger"
)

// The sizes at which our log is read: at the borders of tiles on two levels, and
// beside them.
var sizes = []uint64{2, 3, 4, 255, 256, 257, 511, 512, 513, 1000, 65535, 65536, 65537, 65800, 66048}

// published is a log by our sequencer that has had each of these sizes.
func published(t *testing.T) *office.Office {
	k, err := office.NewKeys(office.Origin)
	if err != nil {
		t.Fatal(err)
	}
	w, err := office.NewWitness(folder(t), time.Now, k.VKey)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	policy := ledger.DefaultPolicy(office.Origin)
	policy.Block = 1 // to size 3 at once; whatever the log needs later
	o, err := office.Open(t.Context(), folder(t), policy, w, k)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Close)
	for {
		head, err := o.Log.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if head.Size() == sizes[len(sizes)-1] {
			return o
		}
		for _, next := range sizes {
			if next > head.Size() {
				if err := o.Block(t.Context(), int(next-head.Size())); err != nil {
					t.Fatal(err)
				}
				break
			}
		}
	}
}

// A reader is Tessera's client on our folder.
type reader struct {
	client.FileFetcher
	t      *testing.T
	log    sumnote.Verifier
	hasher *rfc6962.Hasher
}

// of lets another test fail by what the reader finds.
func (r reader) of(t *testing.T) *reader {
	r.t = t
	return &r
}

func (r *reader) checkpoint(raw []byte) *log.Checkpoint {
	r.t.Helper()
	c, _, _, err := log.ParseCheckpoint(raw, office.Origin, r.log)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// archived gives the checkpoint that was published at a size.
func (r *reader) archived(size uint64) []byte {
	r.t.Helper()
	raw, err := os.ReadFile(filepath.Join(r.Root, "checkpoints", fmt.Sprint(size)))
	if err != nil {
		r.t.Fatal(err)
	}
	return raw
}

func TestOthersReadOurs(t *testing.T) {
	t.Parallel()
	o := published(t)
	v, err := sumnote.NewVerifier(o.Keys.VKey)
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{client.FileFetcher{Root: o.Place}, t, v, rfc6962.DefaultHasher}
	t.Run("checkpoints", func(t *testing.T) { checkpoints(t, o, r.of(t)) })
	t.Run("tiles", func(t *testing.T) { tiles(t, r.of(t)) })
	t.Run("partial", func(t *testing.T) { partial(t, r.of(t)) })
	t.Run("inclusion", func(t *testing.T) { inclusion(t, r.of(t)) })
	t.Run("consistency", func(t *testing.T) { consistency(t, r.of(t)) })
	t.Run("tampered", func(t *testing.T) { tampered(t, o, r.of(t)) })
}

// Every checkpoint is signed by the log and cosigned by the witness, and Tessera's
// client takes the last as its own.
func checkpoints(t *testing.T, o *office.Office, r *reader) {
	cosigner, err := note.NewVerifierForCosignatureV1(o.Witness.Key.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range sizes[1:] {
		n, err := sumnote.Open(r.archived(size), sumnote.VerifierList(r.log, cosigner))
		if err != nil {
			t.Fatal(err)
		}
		if len(n.Sigs) != 2 || len(n.UnverifiedSigs) != 0 {
			t.Errorf("at size %d %d signatures hold", size, len(n.Sigs))
		}
		if at, err := note.CoSigV1Timestamp(n.Sigs[1]); err != nil || time.Since(at) > time.Hour {
			t.Errorf("at size %d it was cosigned at %v, %v", size, at, err)
		}
		if err := byHand(string(r.archived(size)), o.Witness.Key.Verifier()); err != nil {
			t.Errorf("at size %d: %v", size, err)
		}
		if c := r.checkpoint(r.archived(size)); c.Size != size {
			t.Errorf("the checkpoint of size %d says %d", size, c.Size)
		}
	}
	last, _, _, err := client.FetchCheckpoint(t.Context(), r.ReadCheckpoint, r.log, office.Origin)
	if err != nil || last.Size != sizes[len(sizes)-1] {
		t.Errorf("the last checkpoint: %v, %v", last, err)
	}
}

// byHand verifies a cosignature after the text of C2SP tlog-cosignature.
func byHand(checkpoint, vkey string) error {
	name, rest, _ := strings.Cut(vkey, "+")
	id, secret, _ := strings.Cut(rest, "+")
	key, err := base64.StdEncoding.DecodeString(secret)
	if err != nil || key[0] != 4 {
		return fmt.Errorf("%q is no key of a witness", vkey)
	}
	text, lines, _ := strings.Cut(checkpoint, "\n\n")
	for line := range strings.Lines(lines) {
		line, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "— "+name+" ")
		if !ok {
			continue
		}
		sig, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(sig) != 4+8+ed25519.SignatureSize {
			return fmt.Errorf("%q is no cosignature", line)
		}
		sum := sha256.Sum256(append([]byte(name+"\n"), key...))
		if hex.EncodeToString(sig[:4]) != id || hex.EncodeToString(sum[:4]) != id {
			return fmt.Errorf("the cosignature is by %x, the key is %s", sig[:4], id)
		}
		message := fmt.Sprintf("cosignature/v1\ntime %d\n%s\n", binary.BigEndian.Uint64(sig[4:]), text)
		if !ed25519.Verify(key[1:], []byte(message), sig[12:]) {
			return errors.New("the cosignature does not hold")
		}
		return nil
	}
	return errors.New("there is no cosignature")
}

// bundles gives the leaf hashes of a log up to a size, from Tessera's reading of
// the entry bundles.
func bundles(t *testing.T, r *reader, size uint64) (hashes [][]byte) {
	t.Helper()
	for i := uint64(0); i*layout.EntryBundleWidth < size; i++ {
		b, err := client.GetEntryBundle(t.Context(), r.ReadEntryBundle, i, size)
		if err != nil {
			t.Fatal(err)
		}
		for _, leaf := range b.Entries {
			if len(hashes) < int(size) {
				hashes = append(hashes, r.hasher.HashLeaf(leaf))
			}
		}
	}
	return hashes
}

// The root that the entries give by Merkle's own range, the one that the tiles
// give, and the one in the checkpoint are the same at every size.
func tiles(t *testing.T, r *reader) {
	for _, size := range sizes[1:] {
		c := r.checkpoint(r.archived(size))
		hashes := bundles(t, r, size)
		entries, err := root(hashes)
		if err != nil {
			t.Fatal(err)
		}
		nodes, err := client.FetchRangeNodes(t.Context(), size, r.ReadTile)
		if err != nil {
			t.Fatal(err)
		}
		tiled := nodes[len(nodes)-1]
		for i := len(nodes) - 2; i >= 0; i-- {
			tiled = r.hasher.HashChildren(nodes[i], tiled)
		}
		if string(entries) != string(c.Hash) || string(tiled) != string(c.Hash) {
			t.Errorf("at size %d the checkpoint says %x, entries give %x, tiles %x", size, c.Hash, entries, tiled)
		}
		leaves, err := client.FetchLeafHashes(t.Context(), r.ReadTile, 0, size, size)
		if err != nil {
			t.Fatal(err)
		}
		for i := range leaves {
			if string(leaves[i]) != string(hashes[i]) {
				t.Fatalf("at size %d the tiles of level 0 differ from the entries at %d", size, i)
			}
		}
	}
}

// Every partial file is where Tessera's layout looks for it, at every size, and
// holds as much.
func partial(t *testing.T, r *reader) {
	seen := 0
	for _, size := range sizes[1:] {
		for level, width := uint64(0), size; width > 0; level, width = level+1, width>>layout.TileHeight {
			p := layout.PartialTileSize(level, width/layout.TileWidth, size)
			if p == 0 {
				continue
			}
			raw, err := os.ReadFile(filepath.Join(r.Root, layout.TilePath(level, width/layout.TileWidth, p)))
			if err != nil {
				t.Error(err)
				continue
			}
			var tile api.HashTile
			if err := tile.UnmarshalText(raw); err != nil || len(tile.Nodes) != int(p) {
				t.Errorf("at size %d the tile of level %d has %d hashes: %v", size, level, len(tile.Nodes), err)
			}
			seen++
		}
		if p := layout.PartialTileSize(0, size/layout.EntryBundleWidth, size); p > 0 {
			raw, err := os.ReadFile(filepath.Join(r.Root, layout.EntriesPathForLogIndex(size-1, size)))
			if err != nil {
				t.Error(err)
				continue
			}
			var b api.EntryBundle
			if err := b.UnmarshalText(raw); err != nil || len(b.Entries) != int(p) {
				t.Errorf("at size %d the bundle has %d entries: %v", size, len(b.Entries), err)
			}
		}
	}
	if seen < len(sizes) {
		t.Errorf("only %d partial tiles were looked at", seen)
	}
}

func inclusion(t *testing.T, r *reader) {
	for _, size := range sizes[1:] {
		c := r.checkpoint(r.archived(size))
		b, err := client.NewProofBuilder(t.Context(), size, r.ReadTile)
		if err != nil {
			t.Fatal(err)
		}
		hashes, err := client.FetchLeafHashes(t.Context(), r.ReadTile, 0, size, size)
		if err != nil {
			t.Fatal(err)
		}
		for _, index := range []uint64{0, 1, size / 3, size / 2, size - 2, size - 1, min(size-1, 255), min(size-1, 256), min(size-1, 65535), min(size-1, 65536)} {
			p, err := b.InclusionProof(t.Context(), index)
			if err != nil {
				t.Fatal(err)
			}
			if err := proof.VerifyInclusion(r.hasher, index, size, hashes[index], p, c.Hash); err != nil {
				t.Errorf("leaf %d of %d: %v", index, size, err)
			}
			ours, err := proveRecord(size, index, r)
			if err != nil {
				t.Fatal(err)
			}
			if err := proof.VerifyInclusion(r.hasher, index, size, hashes[index], ours, c.Hash); err != nil || fmt.Sprint(ours) != fmt.Sprint(p) {
				t.Errorf("our proof of leaf %d of %d is another: %v", index, size, err)
			}
		}
	}
}

// Between all sizes, proofs by Tessera from our tiles, and by us, hold by Merkle's
// verification.
func consistency(t *testing.T, r *reader) {
	for i, large := range sizes[1:] {
		b, err := client.NewProofBuilder(t.Context(), large, r.ReadTile)
		if err != nil {
			t.Fatal(err)
		}
		to := r.checkpoint(r.archived(large))
		for _, small := range sizes[1 : i+1] {
			from := r.checkpoint(r.archived(small))
			p, err := b.ConsistencyProof(t.Context(), small, large)
			if err != nil {
				t.Fatal(err)
			}
			if err := proof.VerifyConsistency(r.hasher, small, large, p, from.Hash, to.Hash); err != nil {
				t.Errorf("%d to %d: %v", small, large, err)
			}
			ours, err := proveTree(large, small, r)
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(ours) != fmt.Sprint(p) {
				t.Errorf("our proof of %d to %d is another", small, large)
			}
		}
	}
}

// What is not as it was is refused by Tessera's client: a signature, a tile, an
// entry.
func tampered(t *testing.T, o *office.Office, r *reader) {
	raw := r.archived(65537)
	for i := range raw {
		if i%7 != 0 {
			continue
		}
		bad := append([]byte(nil), raw...)
		bad[i] ^= 1
		c, _, _, err := log.ParseCheckpoint(bad, office.Origin, r.log)
		if err == nil && (c.Size != 65537 || string(c.Hash) != string(r.checkpoint(raw).Hash)) {
			t.Errorf("byte %d of the checkpoint changed it", i)
		}
		own, err := trustOf(t, o).Checkpoint(bad)
		if err == nil && (own.Size != 65537 || string(own.Root[:]) != string(r.checkpoint(raw).Hash)) {
			t.Errorf("byte %d of the checkpoint changed it for us", i)
		}
	}
	c := r.checkpoint(raw)
	lying := func(ctx context.Context, level, index uint64, p uint8) ([]byte, error) {
		tile, err := r.ReadTile(ctx, level, index, p)
		if level == 0 && index == 1 && err == nil {
			tile = append([]byte(nil), tile...)
			tile[40] ^= 1
		}
		return tile, err
	}
	b, err := client.NewProofBuilder(t.Context(), 65537, lying)
	if err != nil {
		t.Fatal(err)
	}
	hashes := bundles(t, r, 512)
	for _, index := range []uint64{256, 258, 300} {
		p, err := b.InclusionProof(t.Context(), index)
		if err != nil {
			t.Fatal(err)
		}
		var wrong proof.RootMismatchError
		if err := proof.VerifyInclusion(r.hasher, index, 65537, hashes[index], p, c.Hash); !errors.As(err, &wrong) {
			t.Errorf("a tile that was changed proves leaf %d: %v", index, err)
		}
		good, err := proveRecord(65537, index, r)
		if err != nil {
			t.Fatal(err)
		}
		if err := proof.VerifyInclusion(r.hasher, index, 65537, hashes[index+1], good, c.Hash); !errors.As(err, &wrong) {
			t.Errorf("leaf %d is proved for another: %v", index, err)
		}
		if err := checkRecord(good, 65537, c.Hash, index, hashes[index+1]); err == nil {
			t.Errorf("leaf %d is proved for another by us", index)
		}
		if err := checkRecord(good, 65537, c.Hash, index, hashes[index]); err != nil {
			t.Error(err)
		}
	}
}
