package armexpr

import (
	"encoding/binary"
	"math/big"
	"net/netip"
	"strings"
)

func (c *call) prefix() (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(c.args[0].text)
	return p.Masked(), err == nil
}

const noNetwork = "no network in CIDR notation"

// moved is the address so many places behind another.
func moved(a netip.Addr, places *big.Int) (netip.Addr, bool) {
	n := new(big.Int).SetBytes(a.AsSlice())
	if n.Add(n, places).Sign() < 0 || n.BitLen() > a.BitLen() {
		return a, false
	}
	return netip.AddrFromSlice(n.FillBytes(make([]byte, a.BitLen()/8)))
}

// cidrSubnet is the subnet of a size at an index, counted from 0.
func cidrSubnet(c *call) Value {
	p, ok := c.prefix()
	size, index := c.args[1].Int(), c.args[2].Int()
	if !ok || size < int64(p.Bits()) || size > int64(p.Addr().BitLen()) || index < 0 {
		return c.fail(noNetwork + ", or no such subnet of it")
	}
	step := new(big.Int).Lsh(big.NewInt(index), uint(p.Addr().BitLen())-uint(size))
	a, ok := moved(p.Addr(), step)
	if !ok || !p.Contains(a) {
		return c.fail("there is no such subnet")
	}
	return Text(netip.PrefixFrom(a, int(size)).String())
}

// cidrHost is the usable address at an index, counted from 0.
func cidrHost(c *call) Value {
	p, ok := c.prefix()
	index := c.args[1].Int()
	if !ok || index < 0 {
		return c.fail(noNetwork)
	}
	first := int64(1)
	if p.Bits() >= p.Addr().BitLen()-1 {
		first = 0
	}
	a, ok := moved(p.Addr(), new(big.Int).Add(big.NewInt(index), big.NewInt(first)))
	if !ok || !p.Contains(a) {
		return c.fail("there is no such address")
	}
	return Text(a.String())
}

func parseCIDR(c *call) Value {
	p, ok := c.prefix()
	if !ok {
		return c.fail(noNetwork)
	}
	members := []Member{
		{"network", Text(p.Addr().String())}, {"netmask", Text(netmask(p))},
		{"cidr", Int(int64(p.Bits()))},
	}
	end := lastOf(p)
	firstUsable, lastUsable := p.Addr(), end
	if p.Addr().Is4() {
		members = append(members, Member{"broadcast", Text(end.String())})
		if p.Bits() < 31 {
			firstUsable, lastUsable = p.Addr().Next(), end.Prev()
		}
	}
	members = append(members, Member{"firstUsable", Text(firstUsable.String())}, Member{"lastUsable", Text(lastUsable.String())})
	return Object(members)
}

func lastOf(p netip.Prefix) netip.Addr {
	size := new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits()))
	a, _ := moved(p.Addr(), size.Sub(size, big.NewInt(1)))
	return a
}

func netmask(p netip.Prefix) string {
	if !p.Addr().Is4() {
		ones, _ := netip.AddrFromSlice([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
		return netip.PrefixFrom(ones, p.Bits()).Masked().Addr().String()
	}
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], ^uint32(0)<<(32-p.Bits()))
	return netip.AddrFrom4(b).String()
}

// addresses are all addresses from the first to the last.
type addresses struct{ first, last netip.Addr }

// parseAddresses reads an address, a network in CIDR notation, or a first and
// a last address with a dash between them. A range that ends before it begins
// is refused, as documented.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#policy-functions
func parseAddresses(text string) (addresses, bool) {
	if from, to, ok := strings.Cut(text, "-"); ok {
		a, err := netip.ParseAddr(from)
		b, also := netip.ParseAddr(to)
		return addresses{a, b}, err == nil && also == nil && a.BitLen() == b.BitLen() && a.Zone() == "" && b.Zone() == "" && a.Compare(b) <= 0
	}
	if strings.Contains(text, "/") {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return addresses{}, false
		}
		p = p.Masked()
		return addresses{p.Addr(), lastOf(p)}, true
	}
	a, err := netip.ParseAddr(text)
	return addresses{a, a}, err == nil && a.Zone() == ""
}

// ipRangeContains reports whether a range holds another. Ranges of two
// families are refused, as documented.
func ipRangeContains(c *call) Value {
	outer, ok := parseAddresses(c.args[0].text)
	inner, also := parseAddresses(c.args[1].text)
	if !ok || !also {
		return c.fail("no range of addresses")
	}
	if outer.first.BitLen() != inner.first.BitLen() {
		return c.fail("addresses of two families")
	}
	return Bool(outer.first.Compare(inner.first) <= 0 && inner.last.Compare(outer.last) <= 0)
}
