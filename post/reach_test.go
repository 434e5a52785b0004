package post

import (
	"context"
	"encoding/binary"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
)

// forbidden is every kind of address that no webhook reaches, and some that
// stand at an edge.
var forbidden = map[string]string{
	"127.0.0.1": "this machine", "127.255.255.254": "this machine", "::1": "this machine",
	"0.0.0.0": "unspecified", "0.1.2.3": "this network", "::": "unspecified",
	"10.0.0.0": "private", "10.255.255.255": "private", "172.16.0.1": "private", "172.31.255.255": "private", "192.168.1.1": "private",
	"fc00::1": "private", "fdff::1": "private", "fd00:ec2::254": "a cloud's secrets",
	"169.254.169.254": "a cloud's secrets", "169.254.0.1": "link-local", "fe80::1": "link-local", "febf::1": "link-local",
	"fec0::1":    "site-local",
	"100.64.0.1": "carrier", "100.127.255.255": "carrier", "100.100.100.200": "a cloud's secrets",
	"224.0.0.1": "multicast", "239.255.255.255": "multicast", "ff02::1": "multicast", "ff0e::1": "multicast",
	"240.0.0.1": "reserved", "255.255.255.255": "broadcast",
	"192.0.2.1": "documentation", "198.51.100.1": "documentation", "203.0.113.255": "documentation", "2001:db8::1": "documentation", "3fff::1": "documentation",
	"198.18.0.1": "benchmark", "198.19.255.255": "benchmark", "2001:2::1": "benchmark",
	"192.0.0.192": "protocol assignments", "192.88.99.1": "6to4 relay", "168.63.129.16": "a cloud's own",
	"2002:7f00:1::": "6to4, this machine", "2002:a00:1::1": "6to4, private", "2002:808:808::1": "6to4",
	"2001:0:a00:1::1": "Teredo", "2001::1": "Teredo", "2001:10::1": "ORCHID",
	"64:ff9b::7f00:1": "NAT64, this machine", "64:ff9b::a00:1": "NAT64, private", "64:ff9b::a9fe:a9fe": "NAT64, a cloud's secrets", "64:ff9b:1::808:808": "NAT64 of a network's own",
	"::ffff:127.0.0.1": "IPv4-mapped", "::ffff:10.0.0.1": "IPv4-mapped", "::ffff:8.8.8.8": "IPv4-mapped", "::ffff:169.254.169.254": "IPv4-mapped",
	"::7f00:1": "IPv4-compatible", "::ffff:0:7f00:1": "IPv4-translated", "100::1": "discarded", "5f00::1": "segment routing", "4000::1": "unassigned",
}

var reachable = []string{
	"8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "172.15.255.255", "172.32.0.0",
	"192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "2001:4860::8888", "64:ff9b::808:808",
}

func TestAddressesThatAreNotPublic(t *testing.T) {
	h := NewHooks(withSignature, Public)
	for text, kind := range forbidden {
		at := netip.MustParseAddr(text)
		if public(at) {
			t.Errorf("%s (%s) is taken for public", text, kind)
		}
		network := "tcp4"
		if at.Is6() {
			network = "tcp6"
		}
		if err := Public.control(network, netip.AddrPortFrom(at, 443).String(), nil); err == nil {
			t.Errorf("%s (%s) is dialled", text, kind)
		}
		if err := h.Send(t.Context(), "https://"+netip.AddrPortFrom(at, 443).String()+"/", "1", nil); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s (%s): %v", text, kind, err)
		}
	}
	for _, text := range reachable {
		if at := netip.MustParseAddr(text); !public(at) {
			t.Errorf("%s is not taken for public", text)
		} else if at.Is4() {
			for port, want := range map[uint16]bool{443: true, 8443: true, 22: false, 80: false, 1024: false} {
				if err := Public.control("tcp4", netip.AddrPortFrom(at, port).String(), nil); err == nil != want {
					t.Errorf("%s on port %d: %v", text, port, err)
				}
			}
		}
	}
	if public(netip.MustParseAddr("2606:4700::1111%eth0")) {
		t.Error("an address of one link is taken for public")
	}
	if public(netip.Addr{}) {
		t.Error("no address is taken for public")
	}
}

// What the standard library holds for private is never public.
func TestNothingPrivateIsPublic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.OneOf(rapid.SliceOfN(rapid.Byte(), 4, 4), rapid.SliceOfN(rapid.Byte(), 16, 16)).Draw(t, "address")
		at, _ := netip.AddrFromSlice(raw)
		if public(at) && (!at.IsGlobalUnicast() || at.IsPrivate() || at.IsLoopback() || at.IsLinkLocalUnicast() || at.IsMulticast()) {
			t.Fatalf("%s is taken for public", at)
		}
	})
}

func TestARehearsalReachesThisMachineAndNoOther(t *testing.T) {
	for text := range forbidden {
		at := netip.MustParseAddr(text)
		if got, want := ThisMachineToo.allows(at), at.IsLoopback(); got != want {
			t.Errorf("%s: reached %v, want %v", text, got, want)
		}
	}
}

// A name that was public when it was entered and is of this machine when it is
// dialled reaches nothing. The names are served by a real resolver's peer.
func TestANameThatMovesBehindTheWall(t *testing.T) {
	var came atomic.Int32
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
	defer server.Close()
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	address := "https://example.com:" + at.Port() + "/" // the name in the certificate of httptest
	for _, c := range []struct {
		name   string
		answer [4]byte
		reach  Reach
		tells  bool
	}{
		{"this machine", [4]byte{127, 0, 0, 1}, Public, false},
		{"this machine by another number", [4]byte{127, 9, 9, 9}, Public, false},
		{"any address of this machine", [4]byte{0, 0, 0, 0}, Public, false},
		{"a cloud's secrets", [4]byte{169, 254, 169, 254}, Public, false},
		{"a cloud's secrets, in a rehearsal", [4]byte{169, 254, 169, 254}, ThisMachineToo, false},
		{"a private network, in a rehearsal", [4]byte{10, 0, 0, 1}, ThisMachineToo, false},
		{"this machine, in a rehearsal", [4]byte{127, 0, 0, 1}, ThisMachineToo, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			came.Store(0)
			h := trusting(server, c.reach)
			h.dialer.Resolver = resolver(t, c.answer)
			err := h.Send(t.Context(), address, "1", nil)
			if err == nil != c.tells || came.Load() == 1 != c.tells {
				t.Errorf("%d requests came, %v", came.Load(), err)
			}
			if !c.tells && !strings.Contains(err.Error(), "not of the public internet") {
				t.Errorf("it failed for another reason: %v", err)
			}
		})
	}
}

// resolver asks a name server that gives one IPv4 address for every name.
func resolver(t *testing.T, answer [4]byte) *net.Resolver {
	t.Helper()
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	t.Cleanup(func() { l.Close(); served.Wait() })
	served.Go(func() {
		question := make([]byte, 512)
		for {
			n, from, err := l.ReadFrom(question)
			if err != nil {
				return
			}
			l.WriteTo(named(question[:n], answer), from)
		}
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", l.LocalAddr().String())
	}}
}

// named answers a question of RFC 1035 with an address that lives for no time,
// or with nothing if another kind of record is asked for.
func named(question []byte, answer [4]byte) []byte {
	end := 12
	for question[end] != 0 {
		end += int(question[end]) + 1
	}
	end += 5 // the root, the type and the class
	reply := append([]byte{}, question[:end]...)
	binary.BigEndian.PutUint16(reply[2:], 0x8180)
	binary.BigEndian.PutUint32(reply[8:], 0) // no authority, nothing additional
	binary.BigEndian.PutUint16(reply[6:], 0)
	if binary.BigEndian.Uint16(question[end-4:]) == 1 {
		binary.BigEndian.PutUint16(reply[6:], 1)
		reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
		reply = append(reply, answer[:]...)
	}
	return reply
}
